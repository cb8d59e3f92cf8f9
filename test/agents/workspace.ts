import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Type } from "typebox";
import { createInvocations } from "#agents/invoke.ts";
import { createRegistry } from "#agents/registry.ts";
import type { ServedEndpoint } from "#agents/served.ts";
import type { EndpointStore } from "#agents/store.ts";
import { openEndpoint } from "#api/endpoint.ts";
import type { Services } from "#api/services.ts";
import { servingEndpoints } from "#api/serving/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import { createGateway, createLimits, memoryCounters } from "#gateway/mod.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { createHttpServer } from "#http/mod.ts";
import {
  type Actor,
  type DecisionRecord,
  Doorway,
  type Facts,
  Gate,
  type Grant,
  schema,
  type What,
  type Who,
  workspace,
} from "#kernel/mod.ts";
import { createModels } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";

/** The tool that the sample agent finds in this workspace. Its rows say who asked. */
const TOOL = {
  name: "aviation__safety__top_airports",
  description:
    "Airports in the caller's area with the most wildlife strikes, with the number of strikes and their total cost in US dollars.",
  inputSchema: {
    type: "object",
    properties: { n: { type: "integer", description: "How many airports to return", default: 3 } },
  },
};

const person = (name: string): Who => ({
  subject: { kind: "user", id: `id-${name}`, name },
  groups: ["account users"],
  scopes: ["all-apis"],
  workspace: "1",
});

const people: Readonly<Record<string, Who>> = {
  "token-ana": person("ana"),
  "token-ben": person("ben"),
  "token-cleo": person("cleo"),
  "token-narrow": { ...person("ana"), scopes: ["sql"] },
};

export interface TestWorkspace extends AsyncDisposable {
  readonly url: string;
  readonly records: readonly DecisionRecord[];
  /** Actors and subjects for whom tokens were minted, in order. */
  readonly minted: readonly { readonly subject: string; readonly actor: string }[];
}

/**
 * The HTTP edge, the kernel's gate, agents and models for real; people, grants, the registry's rows and the one MCP tool in
 * memory. ana and ben may query `safety-agent`, `workspace-chat` and `echo`; cleo may nothing.
 */
export async function openTestWorkspace(): Promise<TestWorkspace> {
  const records: DecisionRecord[] = [];
  const minted: { subject: string; actor: string }[] = [];
  const tokens = new Map<string, Who>(Object.entries(people));
  const gate = new Gate({
    facts: { load: async (whats) => whats.map((one) => factsOf(one, new Set(rows.map((row) => row.name)))) },
    groups: { namesFor: async (name) => new Set([name]) },
    audit: {
      append: async (record) => void records.push(record),
      appendIn: async (_transaction, record) => void records.push(record),
    },
    clock: systemClock,
  });
  const rows: ServedEndpoint[] = [];
  const store: EndpointStore = {
    insert: async (_transaction, made) => void rows.push(made),
    update: async (_transaction, changed) => {
      const at = rows.findIndex((one) => one.id === changed.id);
      rows[at] = changed;
    },
    remove: async (_transaction, gone) =>
      void rows.splice(
        rows.findIndex((one) => one.id === gone.id),
        1,
      ),
    find: async (name) => rows.find((one) => one.name === name),
    entities: async function* () {},
    names: async () => rows.map((one) => one.name),
    several: async (names) => rows.filter((one) => names.includes(one.name)),
  };
  const ports = { clock: systemClock, ids: systemIds };
  const registry = createRegistry({
    ...ports,
    store,
    remembered: (name) => store.find(name),
    transactions: { run: async (work) => await work({ kind: "transaction" }) },
    securables: { register: async () => {}, unregister: async () => {} },
    principals: { registerIn: async (_transaction, name) => ({ kind: "service_principal", id: `own-${name}`, name }) },
  });
  const models = createModels({ ...ports, egress: noEgress });
  let url = "";
  const identity = {
    authenticate: async (header: string | undefined): Promise<Who> => {
      const who = tokens.get(header?.replace("Bearer ", "") ?? "");
      if (!who)
        throw new Fault("UNAUTHENTICATED", "Credential was not sent or was of an unsupported type for this API.");
      return who;
    },
    mintOnBehalfOf: async ({ who, actor }: { readonly who: Who; readonly actor: Actor }) => {
      const token = `obo-${systemIds.hex(8)}`;
      tokens.set(token, { ...who, actor });
      minted.push({ subject: who.subject.name, actor: actor.name });
      return { token, expires_at_ms: systemClock.now_ms() + 60_000 };
    },
    mintAsItself: () => Promise.reject(new Error("no agent here acts as itself")),
  };
  const invocations = createInvocations({
    ...ports,
    registry,
    identity,
    environment: async ({ environment }) => ({ variables: environment, secrets: [] }),
    trail: { byTrace: async (trace_id) => records.filter((one) => one.trace_id === trace_id) },
    log: silentLog,
    host: () => url,
  });
  const site = {
    public_url: "http://localhost",
    issuer: "",
    account_id: "",
    metastore_id: "",
    workspace_id: "1",
    workspace_name: "w",
  };
  const agents = { actors: registry, endpoints: registry, invocations, scans: [], close: invocations.close };
  const gateway = createGateway({
    ...ports,
    models,
    agents,
    limits: createLimits(memoryCounters(), systemClock),
    budgets: {
      hold: async () => ({ settle: async () => ({}) }),
      known: () => assert.fail("no budget is read here"),
      areForTags: async () => false,
      store: Object.create(null),
    },
    transactions: { run: () => assert.fail("no budget is changed here") },
    site,
    aliases: {},
    gate: () => gate,
    secrets: { get: () => Promise.reject(new Error("no endpoint here has a credential")) },
    sealing: () => assert.fail("nothing is sealed here"),
    ownerOf: async () => undefined,
    metastore: {
      candidates: async () => [],
      createTable: () => assert.fail("no table is made here"),
      routine: noService,
    },
    sink: { open: () => assert.fail("no endpoint here has a table") },
    policies: { compile: noService },
    services: {
      createService: noService,
      updateService: noService,
      dropService: noService,
      service: noService,
      listServices: noService,
    },
  });
  const partial: Partial<Record<keyof Services, object>> = { site, gate, identity, models, agents, gateway };
  await fill(gate, registry.create);
  const server = await createHttpServer({
    endpoints: [...servingEndpoints, mcpServer(identity.authenticate, gate)],
    services: partial as Services,
    ids: systemIds,
    log: silentLog,
    port: 0,
  });
  url = `http://localhost:${server.port}`;
  return {
    url,
    records,
    minted,
    [Symbol.asyncDispose]: async () => {
      await invocations.close();
      await server.close();
    },
  };
}

async function fill(gate: Gate, create: ReturnType<typeof createRegistry>["create"]): Promise<void> {
  const request = { request_id: "r0", trace_id: "0", source_ip: "", user_agent: "" };
  const admin: Who = { ...person("admin"), groups: ["admins"] };
  const make = async (input: Parameters<typeof create>[1]): Promise<void> => {
    await using permit = await gate.enter(admin, "endpoint.create", workspace, new Doorway("http", request));
    await create(permit, input);
    await permit.settle({ status: "ok" });
  };
  const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const resources: What[] = [schema("aviation.safety"), { type: "ENDPOINT", name: "workspace-chat" }];
  const scopes = ["model-serving", "unity-catalog"] as const;
  await make({
    kind: "foundation_model",
    name: "workspace-chat",
    description: "The built-in, rule-based model",
    model: "lakeward-offline",
  });
  await make({
    kind: "agent",
    name: "safety-agent",
    description: "The sample agent",
    code: { folder: folder("../../samples/aviation/agent"), entry: "agent.ts", dependencies: [] },
    scopes,
    resources,
  });
  await make({
    kind: "agent",
    name: "echo",
    description: "A fixture",
    code: { folder: folder("./fixtures/echo"), entry: "agent.ts", dependencies: [] },
    scopes,
    resources,
  });
}

const noService = () => assert.fail("no service is kept here");

/** ana and ben hold CAN_QUERY on the endpoints and EXECUTE's path on nothing else; admins own all. */
function factsOf(what: What, endpoints: ReadonlySet<string>): Facts {
  const grants: Grant[] =
    what.type === "ENDPOINT" ? ["ana", "ben"].map((principal) => ({ principal, privileges: ["CAN_QUERY"] })) : [];
  const found = what.type !== "ENDPOINT" || endpoints.has(what.name);
  const root = { what: workspace, owner: "admins", grants: [] };
  const self = { what, owner: "admins", grants };
  const chain = what.type === "WORKSPACE" ? [root] : found ? [self, root] : [root];
  return { what, found, chain, policies: [], version: 1 };
}

const noEgress = {
  fetch: () => Promise.reject(new Error("no egress here")),
  open: () => Promise.reject(new Error("no egress here")),
};

/** An MCP server for each schema, one tool in all, as the workspace's own answers: JSON-RPC, governance in `_meta`. */
function mcpServer(authenticate: (header: string | undefined) => Promise<Who>, gate: Gate) {
  return openEndpoint({
    method: "POST",
    path: "/api/2.0/mcp/functions/aviation/{schema}",
    open: "a fixture that authenticates by itself",
    input: Type.Object({
      schema: Type.String(),
      method: Type.String(),
      params: Type.Object({}, { additionalProperties: true }),
    }),
    output: Type.Object({}),
    run: async (_services, { schema: of, method }, call) => {
      const who = await authenticate(call.authorization);
      await using permit = await gate.enter(who, "mcp.connect_functions", workspace, call.doorway.into("mcp"));
      await permit.settle({ status: "ok" });
      const tools = of === "safety" ? [TOOL] : [];
      if (method === "tools/list") return { jsonrpc: "2.0", id: 1, result: { tools } };
      const text = JSON.stringify({
        is_truncated: false,
        columns: ["airport", "strikes", "cost_usd"],
        rows: [[`FIELD OF ${who.subject.name}`, "1234", null]],
      });
      const governance: JsonObject = {
        filtered: [{ table: "aviation.safety.strikes", policy: "aviation.safety.own_area" }],
        masked: [
          { table: "aviation.safety.strikes", column: "cost_total_usd", policy: "aviation.safety.finance_only" },
        ],
      };
      return { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text }], _meta: { governance } } };
    },
  });
}
