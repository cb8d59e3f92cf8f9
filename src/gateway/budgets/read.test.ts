import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "#base/json.ts";
import { faultOf } from "#wire/errors.ts";
import { readBudget } from "./read.ts";

const GATEWAY = "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY";
const PER_USER = "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";
const ids = { uuid: () => "minted", hex: () => "" };
const ports = { ids, workspace_id: "12345", account_id: "a", budget_configuration_id: "b" };
const block = [{ action_type: "BLOCK_USAGE" }];

const alert = (more: object = {}): JsonObject => ({
  time_period: "MONTH",
  trigger_type: "CUMULATIVE_SPENDING_EXCEEDED",
  quantity_type: "LIST_PRICE_DOLLARS_USD",
  quantity_threshold: "100",
  ...more,
});
const of = (alert_configurations: readonly object[], more: object = {}): Json =>
  ({ display_name: "team", resource_type: GATEWAY, alert_configurations, ...more }) as unknown as Json;
const shared = (quantity_threshold: string, more: object = {}) => alert({ quantity_threshold, ...more });
const perUser = (more: object = {}) => alert({ scope_type: PER_USER, ...more });
const overriding = (...principal_overrides: readonly object[]) => [perUser({ principal_overrides })];

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [string, Json | undefined, RegExp])[] = [
  ["nothing",                             undefined,                                                     /'budget' must be an object/],
  ["no name",                             of([alert()], { display_name: "" }),                           /'budget\.display_name' must be a text/],
  ["a long name",                         of([alert()], { display_name: "x".repeat(129) }),              /at most 128 characters/],
  ["a field that is not known",           of([alert()], { hard_limit: true }),                           /'budget\.hard_limit' is not known/],
  ["another account",                     of([alert()], { account_id: "z" }),                            /'budget\.account_id' is not that of the path/],
  ["another budget's id",                 of([alert()], { budget_configuration_id: "z" }),               /'budget\.budget_configuration_id' is not that of the path/],
  ["another resource",                    of([alert()], { resource_type: "ALL" }),                       /'budget\.resource_type' must be one of/],
  ["no alert",                            of([]),                                                        /must have at least one/],
  ["alerts that are no list",             of({} as never),                                               /must be a list/],
  ["a field of an alert that is not known", of([alert({ percent: 50 })]),                                /alert_configurations\[0\]\.percent' is not known/],
  ["another period",                      of([alert({ time_period: "DAY" })]),                           /time_period' must be one of: MONTH/],
  ["no period",                           of([alert({ time_period: null })]),                            /time_period' must be one of/],
  ["another trigger",                     of([alert({ trigger_type: "FORECAST" })]),                     /trigger_type' must be one of/],
  ["another quantity",                    of([alert({ quantity_type: "DBU" })]),                         /quantity_type' must be one of/],
  ["a number for an amount",              of([alert({ quantity_threshold: 100 })]),                      /quantity_threshold' must be a text of dollars/],
  ["less than nothing",                   of([alert({ quantity_threshold: "-1" })]),                     /must be a text of dollars/],
  ["mail",                                of([alert({ action_configurations: [{ action_type: "EMAIL_NOTIFICATION", target: "a@b.c" }] })]), /mail, which this server does not send/],
  ["another action",                      of([alert({ action_configurations: [{ action_type: "THROTTLE" }] })]), /action_type' must be one of: BLOCK_USAGE/],
  ["a target for a block",                of([alert({ action_configurations: [{ action_type: "BLOCK_USAGE", target: "a@b.c" }] })]), /target' cannot be set/],
  ["two blocks in one alert",             of([alert({ action_configurations: [...block, ...block] })]),  /BLOCK_USAGE more than once/],
  ["five shared alerts",                  of(["1", "2", "3", "4", "5"].map((each) => shared(each))),     /at most 4 shared alerts/],
  ["two shared alerts of one amount",     of([shared("1"), shared("1.0")]),                              /No two shared alerts/],
  ["two alerts that block",               of([shared("1", { action_configurations: block }), shared("2", { action_configurations: block })]), /At most one shared alert/],
  ["an alert above the one that blocks",  of([shared("1", { action_configurations: block }), shared("2")]), /must be the one with the highest/],
  ["two alerts for each user",            of([perUser(), perUser()]),                                    /at most one alert for each user/],
  ["a block of all resources",            of([alert({ action_configurations: block })], { resource_type: undefined }), /BLOCK_USAGE needs the 'resource_type'/],
  ["an alert for each user of all",       of([perUser()], { resource_type: undefined }),                 /An alert for each user needs/],
  ["overrides of a shared alert",         of([alert({ principal_overrides: [] })]),                      /principal_overrides' needs the 'scope_type'/],
  ["an override of nobody",               of(overriding({ override_threshold: "5" })),                   /principal_overrides\[0\]\.principal_id' must be a whole number/],
  ["an override of no amount",            of(overriding({ principal_id: 7 })),                           /override_threshold' must be a text of dollars/],
  ["an override of a name",               of(overriding({ principal: "ada", override_threshold: "5" })), /principal_overrides\[0\]\.principal' is not known/],
  ["two overrides of one",                of(overriding({ principal_id: 7, override_threshold: "5" }, { principal_id: 7, override_threshold: "6" })), /names a principal twice/],
  ["another workspace",                   of([alert()], { filter: { workspace_id: { operator: "IN", values: [1] } } }), /must be \[12345\]/],
  ["no workspace",                        of([alert()], { filter: { workspace_id: { operator: "IN", values: [] } } }),  /must be \[12345\]/],
  ["another operator",                    of([alert()], { filter: { workspace_id: { operator: "NOT_IN", values: [12345] } } }), /operator' must be one of: IN/],
  ["a filter that is not known",          of([alert()], { filter: { endpoint: "x" } }),                  /'budget\.filter\.endpoint' is not known/],
  ["a tag without values",                of([alert()], { filter: { tags: [{ key: "team", value: { operator: "IN", values: [] } }] } }), /must have 1 to 100 values/],
  ["a tag without a key",                 of([alert()], { filter: { tags: [{ value: { operator: "IN", values: ["a"] } }] } }), /tags\[0\]\.key' must be a text/],
];

describe("a budget as it is sent", () => {
  for (const [what, value, message] of refused)
    it(`is refused with ${what}`, () =>
      assert.throws(
        () => readBudget(value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json), ports),
        (thrown: unknown) => {
          const fault = faultOf(thrown);
          assert.equal(fault.code, what === "mail" ? "NOT_IMPLEMENTED" : "INVALID_PARAMETER_VALUE");
          assert.match(fault.message, message);
          return true;
        },
      ));

  it("is kept as it was given, with ids for what has none, and comes back as it was shown", () => {
    const filter = {
      workspace_id: { operator: "IN", values: [12_345] },
      tags: [{ key: "team", value: { operator: "IN", values: ["docks", "crew"] } }],
    };
    const given = [
      shared("50"),
      shared("100", { action_configurations: block }),
      perUser({
        quantity_threshold: "5",
        action_configurations: block,
        principal_overrides: [{ principal_id: 7, override_threshold: "9" }],
      }),
    ];
    const read = readBudget(of(given, { filter }), ports);
    assert.deepEqual(read.filter, filter);
    assert.deepEqual(
      read.alert_configurations.map(({ quantity_threshold, action_configurations }) => [
        quantity_threshold,
        action_configurations.length,
      ]),
      [
        ["50", 0],
        ["100", 1],
        ["5", 1],
      ],
    );
    const shown = { ...read, budget_configuration_id: "b", account_id: "a", create_time: 1, update_time: 2 };
    assert.deepEqual(readBudget(shown as unknown as Json, ports), read);
  });
});
