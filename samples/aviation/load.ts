import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NewEndpoint } from "#agents/mod.ts";
import { systemIds } from "#host/mod.ts";
import { Doorway, endpoint, table, what, workspace } from "#kernel/mod.ts";
import { EMBEDDED_MODEL, type Models, OFFLINE_MODEL } from "#models/mod.ts";
import { faultOf } from "#wire/errors.ts";
import { isScope } from "#wire/scopes.ts";
import { type SecurableType, securables } from "#wire/securables.ts";
import type { Platform } from "../../src/boot.ts";
import manifest from "./agent/manifest.json" with { type: "json" };
import { readPrivate, sampleFiles, writePrivate } from "./files.ts";
import { issuerOf } from "./identity-provider.ts";
import { groups, people } from "./organisation/people.ts";
import { tables } from "./organisation/tables.ts";
import { call, runSql, type Workspace } from "./workspace.ts";

/** Who may use the warehouse and ask the agent. */
const STAFF = "board-staff";

/** The agent's name for its model, whatever stands behind it. */
const CHAT = "workspace-chat";

/** Makes vectors of texts. */
const EMBEDDINGS = "workspace-embeddings";

export interface Loading {
  readonly platform: Platform;
  readonly data_dir: string;
  readonly idp_port: number;
  readonly progress: (step: string) => void;
}

/**
 * Loads the sample organisation unless that was done. Every step may be done again, so that a start after a kill goes on where
 * the last one ended; rights are granted last. A later start only brings the agent's code and model up to date.
 */
export async function loadOrganisation(loading: Loading): Promise<void> {
  const { filled, loaded } = sampleFiles(loading.data_dir);
  const { platform, progress } = loading;
  const admin = await administrator(platform);
  const endpoints = served(platform);
  if (await readPrivate(loaded)) {
    for (const wanted of endpoints) await updateEndpoint(platform, admin, wanted);
    return;
  }
  const warehouse_id = await warehouseOf(admin);
  progress("Loading the sample organisation: people, groups, their identity provider");
  await makePeople(loading);
  if (!(await readPrivate(filled))) {
    progress("Loading the sample organisation: wildlife strikes, airports, flights");
    await runFile(admin, warehouse_id, "1-tables.sql");
    await fillTables(platform, admin, warehouse_id);
    await writePrivate(filled, { at: new Date().toISOString() });
  }
  progress("Loading the sample organisation: policies, functions, agent, grants");
  await runFile(admin, warehouse_id, "2-policies.sql");
  for (const wanted of endpoints) {
    if (!(await updateEndpoint(platform, admin, wanted))) await createEndpoint(platform, admin, wanted);
    await grantLevel(admin, `/api/2.0/permissions/serving-endpoints/${wanted.name}`, "CAN_QUERY");
  }
  await runFile(admin, warehouse_id, "3-grants.sql");
  await grantLevel(admin, `/api/2.0/permissions/warehouses/${warehouse_id}`, "CAN_USE");
  await writePrivate(loaded, { at: new Date().toISOString() });
}

/** The agent and its model, as the code and the settings of this start have them. */
function served({ services: { models } }: Platform): readonly NewEndpoint[] {
  return [
    {
      kind: "foundation_model",
      name: CHAT,
      model: models.preferred,
      description: described(models),
    },
    {
      kind: "foundation_model",
      name: EMBEDDINGS,
      description: `The embedded model ${EMBEDDED_MODEL}: vectors of 512 numbers, for English`,
      task: "llm/v1/embeddings",
      entities: [{ name: EMBEDDED_MODEL, source: { kind: "foundation", model: EMBEDDED_MODEL } }],
      routes: [{ entity: EMBEDDED_MODEL, percentage: 100 }],
    },
    {
      kind: "agent",
      name: manifest.name,
      description: manifest.description,
      code: { folder: join(import.meta.dirname, "agent"), entry: manifest.entry, dependencies: manifest.dependencies },
      scopes: manifest.scopes.filter(isScope),
      resources: manifest.resources.map(({ type, name }) => {
        if (!isSecurableType(type))
          throw new Error(`The agent's manifest names '${type}', which is no securable's type.`);
        return what(type, name);
      }),
    },
  ];
}

function described({ preferred, local }: Models): string {
  if (preferred === OFFLINE_MODEL)
    return `The built-in model ${OFFLINE_MODEL}: rule-based and deterministic, no language model`;
  if (preferred === local) return `${preferred}, a model of this machine`;
  return `${preferred}, passed through to the configured OpenAI-compatible server`;
}

/** The administrator's way in, by the token that the first start wrote. */
export async function administrator(platform: Platform): Promise<Workspace> {
  const token = (await readFile(platform.admin_token_path, "utf8")).trim();
  return { url: `http://localhost:${platform.port}`, token };
}

export async function warehouseOf(admin: Workspace): Promise<string> {
  const { warehouses } = await call<{ warehouses: { id: string }[] }>(admin, "GET", "/api/2.0/sql/warehouses");
  const [first] = warehouses;
  if (!first) throw new Error("The workspace has no warehouse.");
  return first.id;
}

async function makePeople({ platform, idp_port }: Loading): Promise<void> {
  const { identity } = platform.services;
  const group = async (name: string) => (await identity.groups.find(name)) ?? (await identity.groups.create({ name }));
  for (const { email, name, groups: memberships } of people) {
    const user =
      (await identity.users.find(email)) ?? (await identity.users.create({ name: email, display_name: name }));
    for (const of of memberships) await identity.groups.addMember((await group(of)).id, user.id);
  }
  for (const [name, members] of Object.entries(groups)) {
    for (const member of members) await identity.groups.addMember((await group(name)).id, (await group(member)).id);
  }
  try {
    await identity.federation.createPolicy({ issuer: issuerOf(idp_port), subject_claim: "email" });
  } catch (thrown) {
    if (faultOf(thrown).code !== "RESOURCE_ALREADY_EXISTS") throw thrown;
  }
}

async function runFile(admin: Workspace, warehouse_id: string, name: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, "organisation", name), "utf8");
  for (const statement of statementsOf(text)) await runSql(admin, warehouse_id, statement);
}

/** A file's statements: each ends with a semicolon at the end of a line, and comments have lines of their own. */
function statementsOf(text: string): readonly string[] {
  const code = text.replaceAll(/^--.*$/gm, "");
  return code
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** Fills what is empty: each file is one version of its table, so a table is full or has nothing. */
async function fillTables(platform: Platform, admin: Workspace, warehouse_id: string): Promise<void> {
  const { services } = platform;
  const who = await services.identity.authenticate(`Bearer ${admin.token}`);
  const isEmpty = async (name: string) =>
    (await runSql(admin, warehouse_id, `SELECT count(*) FROM ${name}`))[0]?.[0] === "0";
  for (const [name, file] of Object.entries(tables)) {
    if (!(await isEmpty(name))) continue;
    const permit = await services.gate.enter(who, "table.insert", table(name), doorway());
    await services.sql.load(permit, file);
  }
  const areas = "aviation.safety.inspector_areas";
  if (!(await isEmpty(areas))) return;
  const rows = people.flatMap(({ email, states }) => states.map((state) => `('${email}', '${state}')`));
  await runSql(admin, warehouse_id, `INSERT INTO ${areas} VALUES ${rows.join(", ")}`);
}

/** True when there was one to update. */
async function updateEndpoint(platform: Platform, admin: Workspace, wanted: NewEndpoint): Promise<boolean> {
  const listed = await call<{ endpoints?: { name: string }[] }>(admin, "GET", "/api/2.0/serving-endpoints");
  if (!listed.endpoints?.some((one) => one.name === wanted.name)) return false;
  const { gate, identity, agents } = platform.services;
  const who = await identity.authenticate(`Bearer ${admin.token}`);
  await using permit = await gate.enter(who, "endpoint.update", endpoint(wanted.name), doorway());
  await agents.endpoints.update(permit, wanted);
  await permit.settle({ status: "ok" });
  return true;
}

async function createEndpoint(platform: Platform, admin: Workspace, wanted: NewEndpoint): Promise<void> {
  const { gate, identity, agents } = platform.services;
  const who = await identity.authenticate(`Bearer ${admin.token}`);
  await using permit = await gate.enter(who, "endpoint.create", workspace, doorway());
  await agents.endpoints.create(permit, wanted);
  await permit.settle({ status: "ok" });
}

async function grantLevel(admin: Workspace, path: string, permission_level: string): Promise<void> {
  await call(admin, "PATCH", path, { access_control_list: [{ group_name: STAFF, permission_level }] });
}

/** The loader's own passage, for what has no REST here yet. */
function doorway(): Doorway {
  const request_id = systemIds.uuid();
  return new Doorway("http", { request_id, trace_id: systemIds.hex(16), source_ip: "", user_agent: "lakeward-sample" });
}

const isSecurableType = (type: string): type is SecurableType => Object.hasOwn(securables, type);
