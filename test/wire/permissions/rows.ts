import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

/** A kind of object that the permissions API knows, and what its tests need. */
interface Kind {
  readonly segment: string;
  readonly id: (world: WireWorld) => string;
  /** An id of the same length that nothing has. */
  readonly missing: (world: WireWorld) => string;
  readonly level: string;
  /** A level that another kind has. */
  readonly foreign: string;
  /** How messages name it. */
  readonly word: string;
  /** Who else has a level on it. */
  readonly others: readonly object[];
}

const kinds: readonly Kind[] = [
  {
    segment: "warehouses",
    id: (world) => world.warehouse_id,
    missing: () => "0123456789abcdef",
    level: "CAN_USE",
    foreign: "CAN_QUERY",
    word: "SQL warehouse",
    others: [{ user_name: "neighbour@board.org", permission_level: "CAN_USE" }],
  },
  {
    segment: "serving-endpoints",
    id: () => "pilot",
    missing: () => "pilut",
    level: "CAN_QUERY",
    foreign: "CAN_USE",
    word: "Serving endpoint",
    others: [],
  },
];

const listOf = (level: string, who: object = { user_name: "reader@board.org" }): object => ({
  access_control_list: [{ ...who, permission_level: level }],
});

const levelsOf = (body: JsonObject, user: string): unknown[] =>
  (body.access_control_list as JsonObject[])
    .filter((one) => one.user_name === user)
    .flatMap((one) => (one.all_permissions as JsonObject[]).map((each) => each.permission_level));

export const permissionRows: readonly Row[] = kinds.flatMap((kind): readonly Row[] => {
  const path = `/api/2.0/permissions/${kind.segment}/{id}` as const;
  const to = (world: WireWorld, more: Ask = {}): Ask => ({ path: { id: kind.id(world) }, ...more });
  const hidden: Hidden = {
    as: ["stranger"],
    names: (world) => [kind.id(world), kind.missing(world)],
    ask: (id) => ({ path: { id } }),
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
  };
  const hiddenChange: Hidden = { ...hidden, ask: (id) => ({ path: { id }, body: listOf(kind.level) }) };
  const forbidden: Refusal = {
    because: "somebody who may only view it",
    as: "reader",
    ask: (world) => to(world, { body: listOf("CAN_MANAGE") }),
    status: 403,
    code: "PERMISSION_DENIED",
    message: new RegExp(`CAN_MANAGE on .* Ask the owner of ${kind.word}`),
  };
  const wrong = (because: string, body: object, message: RegExp): Refusal => ({
    because,
    ask: (world) => to(world, { body }),
    status: 400,
    code: "INVALID_PARAMETER_VALUE",
    message,
  });
  const malformed: readonly Refusal[] = [
    wrong("a level of another kind of object", listOf(kind.foreign), /cannot be given on/),
    wrong("a level by a key of every object", listOf("__proto__"), /'__proto__' cannot be given on/),
    wrong(
      "an entry for nobody",
      listOf(kind.level, {}),
      /exactly one of user_name, group_name, service_principal_name/,
    ),
    wrong(
      "an entry for two",
      listOf(kind.level, { user_name: "reader@board.org", group_name: "admins" }),
      /exactly one of user_name, group_name, service_principal_name/,
    ),
  ];
  const also: readonly Refusal[] = [
    {
      because: "a group by the name of a user",
      ask: (world) => to(world, { body: listOf(kind.level, { group_name: "reader@board.org" }) }),
      status: 404,
      code: "RESOURCE_DOES_NOT_EXIST",
      message: /There is no group named 'reader@board\.org'/,
    },
  ];
  /** Leaves the levels as they were: all of them are there again after PUT too. */
  const same = {
    access_control_list: [{ user_name: "reader@board.org", permission_level: "CAN_VIEW" }, ...kind.others],
  };
  const changed = (method: "PATCH" | "PUT"): Row => ({
    of: `${method} ${path}`,
    success: {
      ask: (world) => to(world, { body: same }),
      shows: ({ body }) => assert.deepEqual(levelsOf(body, "reader@board.org"), ["CAN_VIEW"]),
    },
    forbidden: [forbidden],
    hidden: [hiddenChange],
    malformed,
    also,
  });
  return [
    {
      of: `GET ${path}`,
      success: {
        as: "reader",
        ask: (world) => to(world),
        shows: ({ body }) => {
          assert.match(String(body.object_id), new RegExp(`/${kind.segment}/`));
          assert.deepEqual(levelsOf(body, "reader@board.org"), ["CAN_VIEW"]);
          assert.equal((body.access_control_list as unknown[]).length, 1, "of others, whoever manages it is told");
        },
      },
      forbidden: WHOEVER_KNOWS,
      hidden: [hidden],
      malformed: never("it takes the id in its path alone"),
    },
    changed("PATCH"),
    changed("PUT"),
    {
      of: `GET ${path}/permissionLevels`,
      success: {
        as: "reader",
        ask: (world) => to(world),
        shows: ({ body }) => {
          const levels = (body.permission_levels as JsonObject[]).map((one) => one.permission_level);
          assert.ok(levels.includes(kind.level) && !levels.includes(kind.foreign));
        },
      },
      forbidden: WHOEVER_KNOWS,
      hidden: [hidden],
      malformed: never("it takes the id in its path alone"),
    },
  ];
});
