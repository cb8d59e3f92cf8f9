import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask } from "../world.ts";

const PATH = "/api/2.0/permissions/authorization/{id}";

const to = (id: string, more: Ask = {}): Ask => ({ path: { id }, ...more });
const listOf = (...entries: readonly object[]): object => ({ access_control_list: entries });
const use = (name: string): object => ({ user_name: name, permission_level: "CAN_USE" });

/** As the world has it. */
const people = listOf(use("reader@board.org"), use("neighbour@board.org"), use("stranger@board.org"));

/** That there are tokens is known to everybody; nothing else is there. */
const missing = (body?: object): Hidden => ({
  as: ["stranger", "reader"],
  names: () => ["tokans", "tokins"],
  ask: (id) => to(id, { ...(body && { body }) }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
});

const forbidden: Refusal = {
  because: "somebody who may only use tokens",
  as: "reader",
  ask: () => to("tokens", { body: people }),
  status: 403,
  code: "PERMISSION_DENIED",
  message: /CAN_MANAGE on .* Ask the owner of Authorization/,
};

const wrong = (because: string, entry: object, message: RegExp): Refusal => ({
  because,
  ask: () => to("tokens", { body: listOf(entry) }),
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message,
});

const malformed: readonly Refusal[] = [
  wrong(
    "a level of another kind of object",
    { ...use("reader@board.org"), permission_level: "CAN_QUERY" },
    /cannot be given on/,
  ),
  wrong(
    "management by others than the administrators",
    { ...use("reader@board.org"), permission_level: "CAN_MANAGE" },
    /is the group 'admins' alone/,
  ),
  wrong("an entry for nobody", { permission_level: "CAN_USE" }, /exactly one of user_name/),
];

const also: readonly Refusal[] = [
  {
    because: "a user that there is not",
    ask: () => to("tokens", { body: listOf(use("nobody@board.org")) }),
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
    message: /There is no user named 'nobody@board\.org'/,
  },
];

const named = (body: JsonObject): unknown[] =>
  (body.access_control_list as JsonObject[]).map((one) => one.user_name ?? one.group_name).sort();

const changed = (method: "PATCH" | "PUT"): Row => ({
  of: `${method} ${PATH}`,
  success: {
    ask: () => to("tokens", { body: people }),
    shows: ({ body }) => {
      assert.deepEqual([body.object_id, body.object_type], ["/authorization/tokens", "tokens"]);
      assert.deepEqual(named(body), ["admins", "neighbour@board.org", "reader@board.org", "stranger@board.org"]);
    },
  },
  forbidden: [forbidden],
  hidden: [missing(people)],
  malformed,
  also,
});

/** Who may have personal access tokens. */
export const authorizationRows: readonly Row[] = [
  {
    of: `GET ${PATH}`,
    success: {
      as: "reader",
      ask: () => to("tokens"),
      shows: ({ body }) => assert.deepEqual(named(body), ["reader@board.org"]),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [missing()],
    malformed: never("it takes the id in its path alone"),
  },
  changed("PATCH"),
  changed("PUT"),
  {
    of: `GET ${PATH}/permissionLevels`,
    success: {
      as: "reader",
      ask: () => to("tokens"),
      shows: ({ body }) =>
        assert.deepEqual(
          (body.permission_levels as JsonObject[]).map((one) => one.permission_level),
          ["CAN_USE", "CAN_MANAGE"],
        ),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [missing()],
    malformed: never("it takes the id in its path alone"),
  },
];
