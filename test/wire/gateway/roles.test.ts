import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Actor, Doorway, endpoint as securable, workspace } from "#kernel/mod.ts";
import { endpoints } from "../../../src/api/all.ts";
import type { Endpoint } from "../../../src/api/endpoint.ts";
import { rows } from "../rows.ts";
import { type Ask, type WireWorld, wireWorld } from "../world.ts";

/** Whoever asks; a member, an agent and an administrator are people of the workspace, an agent acts for the administrator. */
const roles = [
  "nobody",
  "a member without grants",
  "CAN_VIEW",
  "CAN_QUERY",
  "CAN_MANAGE",
  "an administrator",
  "an agent without the scope",
  "an agent that declared something else",
  "an agent that declared it",
] as const;
type Role = (typeof roles)[number];

/** `ok`: the endpoint's own success, which may be that it is not built; else the status of the refusal. */
type Outcome = "ok" | 401 | 403 | 404;

/** What each role comes to, by the action that the declaration names, in the order of `roles`. */
// biome-ignore format: a table is read in columns
const outcomes: Readonly<Record<string, readonly Outcome[]>> = {
  //                         nobody member view   query  manage admin  scope other  declared
  "endpoint.query":         [401,   404,   403,   "ok",  "ok",  "ok",  403,  403,   "ok"],
  "endpoint.read_metadata": [401,   404,   "ok",  "ok",  "ok",  "ok",  403,  403,   "ok"],
  "endpoint.read_logs":     [401,   404,   403,   403,   "ok",  "ok",  403,  403,   "ok"],
  "endpoint.update":        [401,   404,   403,   403,   "ok",  "ok",  403,  403,   "ok"],
  "endpoint.delete":        [401,   404,   403,   403,   "ok",  "ok",  403,  403,   "ok"],
  "endpoint.create":        [401,   403,   403,   403,   403,   "ok",  403,  "ok",  "ok"],
  "endpoint.list":          [401,   "ok",  "ok",  "ok",  "ok",  "ok",  403,  "ok",  "ok"],
};

/** What this endpoint serves is an agent, which nobody asks by another agent. */
const AGENT = "pilot";

const isGateways = ({ path }: Endpoint): boolean =>
  /^\/(ai-gateway|serving-endpoints|api\/2\.0\/serving-endpoints)\b/.test(path);

describe("every route of serving and of the gateway x every role", () => {
  let world: WireWorld;
  const tokens = new Map<Role, string>();
  before(async () => {
    world = await wireWorld();
    const { identity } = world.platform.services;
    tokens.set("an administrator", world.token("admin"));
    for (const role of ["a member without grants", "CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"] as const) {
      const { id } = await identity.users.create({ name: emailOf(role) });
      tokens.set(role, (await identity.tokens.create(id)).token);
    }
    const people = [...tokens.keys()].filter((role) => role !== "an administrator").map(emailOf);
    const access_control_list = people.map((user_name) => ({ user_name, permission_level: "CAN_USE" }));
    const using = { body: { access_control_list } };
    const path = "/api/2.0/permissions/authorization/tokens";
    assert.equal((await world.send("PATCH", path, using, world.token("admin"))).status, 200);
    tokens.set("an agent without the scope", await agentToken("narrow", "sql", []));
    tokens.set("an agent that declared something else", await agentToken("elsewhere", "model-serving", ["none"]));
  });
  after(() => world[Symbol.asyncDispose]());

  /** What an agent of this name is handed when it acts for the administrator. */
  async function agentToken(
    name: string,
    scope: "sql" | "model-serving",
    declared: readonly string[],
  ): Promise<string> {
    const { identity, gate, agents } = world.platform.services;
    const who = await identity.authenticate(`Bearer ${world.token("admin")}`);
    const folder = fileURLToPath(new URL("../../agents/fixtures/echo", import.meta.url));
    const code = { folder, entry: "agent.ts", dependencies: [] };
    const resources = declared.map((one) => securable(one));
    const request = { request_id: crypto.randomUUID(), trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
    await using permit = await gate.enter(who, "endpoint.create", workspace, new Doorway("http", request));
    const described = { kind: "agent", name, description: "acts", code, scopes: [scope], resources } as const;
    await agents.endpoints.create(permit, described);
    await permit.settle({ status: "ok" });
    const actor: Actor = { kind: "agent", name, scopes: [scope], resources };
    return (await identity.mintOnBehalfOf({ who, actor, scopes: [scope] })).token;
  }

  /** Gives the role what it is named by, on the endpoint that is asked. */
  async function granted(role: Role, name: string | undefined): Promise<string | null> {
    if (role === "an agent that declared it")
      return await agentToken(world.fresh("scout"), "model-serving", [name ?? "none"]);
    if (name === undefined || !role.startsWith("CAN_")) return tokens.get(role) ?? null;
    const body = { access_control_list: [{ user_name: emailOf(role), permission_level: role }] };
    const path = `/api/2.0/permissions/serving-endpoints/${name}`;
    const { status, text } = await world.send("PATCH", path, { body }, world.token("admin"));
    assert.equal(status, 200, text);
    return tokens.get(role)!;
  }

  const shown = async (name: string) =>
    (await world.send("GET", "/api/2.0/serving-endpoints/{name}", { path: { name } }, world.token("admin"))).body;

  for (const endpoint of endpoints.filter(isGateways)) {
    const of = `${endpoint.method} ${endpoint.path}`;
    for (const [place, role] of roles.entries())
      it(`${of}, asked by ${role}: ${outcomes[endpoint.action ?? ""]?.[place]}`, async () => {
        assert.equal(endpoint.open, undefined, "none is open");
        const told = outcomes[endpoint.action!]?.[place] ?? assert.fail(`no outcome for ${endpoint.action}`);
        const { success } = rows.find((one) => one.of === of) ?? assert.fail("no row of the endpoint's own");
        const ask = await success.ask(world);
        const name = endpoint.action === "endpoint.create" ? undefined : nameIn(ask);
        const isChain = endpoint.action === "endpoint.query" && name === AGENT && role === "an agent that declared it";
        const expected = isChain ? 403 : told;
        const token = await granted(role, name);
        const before = name && (await shown(name));
        const { status, text } = await world.send(endpoint.method, endpoint.path, ask, token);
        assert.equal(status, expected === "ok" ? (success.status ?? 200) : expected, text);
        if (expected !== "ok" && name) assert.deepEqual(await shown(name), before, "nothing was changed");
      });
  }
});

const emailOf = (role: Role): string => `${role.toLowerCase().replaceAll(/\W/g, "-")}@board.org`;

/** The serving endpoint that a call names. */
function nameIn({ path, body }: Ask): string | undefined {
  const named = body !== undefined && typeof body === "object" && "model" in body ? String(body.model) : undefined;
  return path?.name ?? path?.target?.split(":")[0] ?? named;
}
