import { mkdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAgents } from "#agents/mod.ts";
import { createAudit, createPricing } from "#audit/mod.ts";
import type { Log } from "#base/log.ts";
import { type Catalog, createCatalogModule, type PrincipalKind } from "#catalog/mod.ts";
import { lockDataDirectory, openDatabase, openSite, rememberFacts, startCluster } from "#db/mod.ts";
import {
  createBudgets,
  createGateway,
  createLimits,
  memoryCounters,
  postgresCounters,
  redisCounters,
} from "#gateway/mod.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { createHttpServer } from "#http/mod.ts";
import { createIdentity, type Identity, identityTypes, openSealingKey } from "#identity/mod.ts";
import {
  ADMINS,
  authorization,
  decide,
  type FactSource,
  type Facts,
  Gate,
  metastore,
  type NamedRights,
  type What,
  type Who,
  warehouse,
} from "#kernel/mod.ts";
import { createMcp } from "#mcp/mod.ts";
import { createModels, openLocalModel, runtimeAddress } from "#models/mod.ts";
import { createEgress, openLocalCa } from "#net/mod.ts";
import { createSecrets } from "#secrets/mod.ts";
import type { Asking } from "#sql/mod.ts";
import {
  awaitingRows,
  compilePolicy,
  createSink,
  createSql,
  EMBEDDINGS,
  openTableStore,
  type Sql,
  type WarehouseIdentity,
} from "#sql/mod.ts";
import { createTelemetry, type Telemetry } from "#telemetry/mod.ts";
import { endpoints } from "./api/all.ts";
import type { Services } from "./api/services.ts";
import { readConfiguration } from "./configuration.ts";

/** How a server is started: flags and environment, read by main. */
export interface BootOptions {
  readonly data_dir: string;
  readonly port: number;
  readonly tls_port: number;
  /** Base of every link; `http://localhost:<port>` when not given. */
  readonly public_url?: string;
  /** A Postgres of the operator's own instead of the embedded one. */
  readonly database_url?: string;
  /** A Redis or Valkey server in which rate limits are counted, for all servers that are given it. */
  readonly redis_url?: string;
  readonly master_key?: string;
  /** OpenTelemetry's variables, `OTEL_*`; without them nothing is exported. */
  readonly otel?: Readonly<Record<string, string | undefined>>;
  readonly openai?: { readonly base_url: string; readonly api_key?: string; readonly model: string };
  /** A GGUF file, whose model is one of this server's, and what its process sees of the environment. */
  readonly local_model?: { readonly path: string; readonly environment: Readonly<Record<string, string>> };
  readonly log: Log;
  /** Called at each step that takes time. */
  readonly progress: (step: string) => void;
}

/** A running server. */
export interface Platform {
  readonly services: Services;
  readonly port: number;
  readonly tls_port: number | null;
  readonly ca_path: string;
  readonly admin_token_path: string;
  readonly profile_path: string;
  /** The key that seals secrets lies beside the data, since none was given. */
  readonly isSealedBesideData: boolean;
  close(): Promise<void>;
}

/** As on Databricks: 16 hexadecimal digits. */
const WAREHOUSE_ID_LENGTH = 16;

const ADMIN = "admin@lakeward.local";

/** Securables of which every change, owner, grants and policies included, bumps the governance version. No other may be added. */
const rememberedTypes: ReadonlySet<What["type"]> = new Set([
  "METASTORE",
  "CATALOG",
  "SCHEMA",
  "TABLE",
  "FUNCTION",
  "MODEL_SERVICE",
  "MODEL_PROVIDER_SERVICE",
  "TAG_POLICY",
  "WORKSPACE",
  "WAREHOUSE",
  "ENDPOINT",
  "AUTHORIZATION",
  ...identityTypes,
] as const);

/** Starts everything, in the order in which one thing stands on another, and undoes it in reverse. */
export async function boot(options: BootOptions): Promise<Platform> {
  const { log } = options;
  await mkdir(options.data_dir, { recursive: true, mode: 0o700 });
  const data_dir = await realpath(options.data_dir);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const base = await openFoundation(options, data_dir, closing);
    const late: Late = {};
    const services = await buildModules(options, base, late, data_dir, closing);
    await services.telemetry.start();
    closing.push(() => services.telemetry.close());
    const { ca, site } = base;
    const hosts = new Set(["localhost", "127.0.0.1", "::1", new URL(site.public_url).hostname]);
    const certificate = await ca.serverCertificate("server", [...hosts]);
    const http = await createHttpServer({
      endpoints,
      services,
      ids: systemIds,
      log,
      observer: services.telemetry.observer,
      port: options.port,
      trusted_proxies: base.configuration.http.trusted_proxies,
      tls: { port: options.tls_port, ...certificate },
    });
    late.port = http.port;
    closing.push(() => http.close());
    closing.push(() => services.agents.close());
    const admin_token_path = await firstAdministrator(data_dir, services.identity);
    const profile_path = await writeProfile(data_dir, site.public_url, admin_token_path);
    return {
      services,
      port: http.port,
      tls_port: http.tls_port,
      ca_path: ca.path,
      admin_token_path,
      profile_path,
      isSealedBesideData: base.sealing.from === "file",
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** What the modules stand on: database, ids, certificates, egress, journal, sealing key. */
async function openFoundation(options: BootOptions, data_dir: string, closing: (() => Promise<void>)[]) {
  const { log } = options;
  if (options.database_url) {
    // The embedded Postgres takes this lock itself; without it the journal still needs the directory for one server alone.
    const lock = lockDataDirectory(data_dir);
    closing.push(async () => lock.release());
  }
  const url = options.database_url ?? (await embedded(data_dir, log, options.progress, closing));
  const db = await openDatabase({ url, log });
  closing.push(() => db.close());
  const site_ids = await openSite(db, systemIds);
  const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
  const public_url = (options.public_url ?? `http://localhost:${options.port}`).replace(/\/+$/, "");
  const site = { public_url, issuer: `${public_url}/oidc`, workspace_name: "lakeward", ...site_ids };
  const configuration = await readConfiguration(data_dir);
  const egress = createEgress({ allow: configuration.egress.allow, ca: ca.certificate });
  closing.push(() => egress.close());
  const audit = await createAudit({
    db,
    clock: systemClock,
    log,
    data_dir,
  });
  closing.push(() => audit.close());
  const sealing = await openSealingKey(data_dir, options.master_key);
  return { db, site, ca, egress, audit, sealing, configuration };
}

type Foundation = Awaited<ReturnType<typeof openFoundation>>;

/** Modules that others need before they are made. */
interface Late {
  identity?: Identity;
  secrets?: Services["secrets"];
  gate?: Gate;
  facts?: FactSource;
  sql?: Sql;
  asking?: Asking;
  gateway?: Services["gateway"];
  port?: number;
}

/** The modules, each given its ports; they meet nowhere else. */
async function buildModules(
  options: BootOptions,
  base: Foundation,
  late: Late,
  data_dir: string,
  closing: (() => Promise<void>)[],
): Promise<Services> {
  const { log } = options;
  const { db, site, egress, audit } = base;
  const shared = { clock: systemClock, ids: systemIds, log };
  const telemetry = telemetryOf(options, base, late);
  const { observer } = telemetry;
  const tables = await openTableStore({ ...shared, db, data_dir });
  const catalog = createCatalogModule({
    db,
    ...shared,
    principals: { kindOf: (name) => kindOf(late.identity!, name) },
    tables,
  });
  const local = await openLocal(options);
  const models = createModels({ ids: systemIds, egress, clock: systemClock, openai: options.openai, local });
  closing.push(() => models.close());
  const agents = createAgents({
    db,
    site,
    ...shared,
    securables: catalog.securables,
    trail: audit.trail,
    identity: () => late.identity!,
    secrets: { get: (permit, key) => late.secrets!.get(permit, key) },
    gate: () => late.gate!,
    ownerOf: async (what) => ownerIn((await late.facts!.load([what]))[0]!),
    host: () => `http://localhost:${late.port}`,
  });
  const identity = await buildIdentity(base, late, { agents, catalog, log });
  late.identity = identity;
  const secrets = createSecrets({
    db,
    clock: systemClock,
    sealing: identity.sealing,
    isPrincipal: async (name) => (await kindOf(identity, name)) !== undefined,
  });
  late.secrets = secrets;
  const scans = [...audit.scans, ...agents.scans];
  for (const scan of scans) await catalog.securables.registerScan(scan);
  const facts = rememberFacts(
    factsOf(catalog.facts, identity.facts, secrets.facts, () => late.sql!.facts),
    db.governance,
    ({ type }) => rememberedTypes.has(type),
  );
  late.facts = facts;
  const gate = new Gate({ facts, groups: identity.groups, audit: audit.sink, clock: systemClock, observer });
  late.gate = gate;
  options.progress("Starting the SQL engine");
  const sql = createSql({
    ...shared,
    observer,
    gate,
    metastore: catalog.metastore,
    scans,
    transactions: db,
    data_dir,
    tables: awaitingRows(tables, audit.rows),
    warehouse: await registerWarehouse(catalog, site.metastore_id.replaceAll("-", "")),
    governance_version: async () => (await facts.load([metastore]))[0]!.version,
    asking: askedLate(late),
    python: base.configuration.python_functions,
    engine: base.configuration.warehouse,
  });
  late.sql = sql;
  closing.push(() => sql.close());
  closing.push(audit.rows.shipTo(sql.rowTables));
  const mcp = createMcp({ gate, metastore: catalog.metastore, sql, log, observer });
  const pricing = createPricing(base.configuration.models.prices);
  const gateway = createGateway({
    clock: systemClock,
    ids: systemIds,
    models,
    agents,
    ...base.configuration.models,
    limits: createLimits(await openCounters(options, db, closing), systemClock, log),
    budgets: createBudgets({ db, clock: systemClock, log, pricing, groups: () => identity.groups.list() }),
    transactions: db,
    site,
    gate: () => gate,
    secrets,
    sealing: () => identity.sealing,
    ownerOf: async (what) => ownerIn((await facts.load([what]))[0]!),
    metastore: catalog.metastore,
    services: catalog.services,
    policies: { compile: compilePolicy },
    sink: createSink({ metastore: catalog.metastore, rows: audit.rows }),
  });
  late.asking = askingBy(gateway);
  late.gateway = gateway;
  return { site, gate, identity, catalog, sql, audit, models, mcp, agents, gateway, secrets, telemetry };
}

/** People, applications and their tokens. */
const buildIdentity = (
  { db, site, egress, audit, sealing, configuration }: Foundation,
  late: Late,
  { agents, catalog, log }: Pick<Services, "agents" | "catalog"> & Pick<BootOptions, "log">,
): Promise<Services["identity"]> =>
  createIdentity({
    db,
    clock: systemClock,
    ids: systemIds,
    log,
    egress,
    issuer: site.issuer,
    workspace: site.workspace_id,
    account_id: site.account_id,
    actors: agents.actors,
    mayUseTokens: (who) => mayUseTokens(late.facts!, { ...who, scopes: ["all-apis"], workspace: site.workspace_id }),
    audit: audit.sink,
    rights: namedRights(() => [catalog.rights, late.secrets!.rights]),
    sealing_key: sealing.key,
    login_providers: configuration.login.providers,
    trusted_issuers: configuration.trusted_issuers,
  });

const telemetryOf = ({ log, otel }: BootOptions, { audit }: Foundation, late: Late): Telemetry =>
  createTelemetry({
    clock: systemClock,
    log,
    environment: otel ?? {},
    sources: {
      engines: () => late.sql!.occupancy(),
      journal: () => audit.backlog(),
      circuits: () => late.gateway!.circuits(),
    },
  });

const askedLate = (late: Late): Asking => ({
  named: (name) => late.asking!.named(name),
  ask: (...given) => late.asking!.ask(...given),
  embed: (...given) => late.asking!.embed(...given),
});

const askingBy = ({ asking: { named, comparing, ask, embed } }: Pick<Services["gateway"], "asking">): Asking => ({
  named: (name) => (name === EMBEDDINGS ? comparing() : named(name)),
  ask,
  embed,
});

/** Loaded before anything is served: a file that is no model is told at the start. */
async function openLocal({ local_model, progress }: BootOptions) {
  if (local_model === undefined) return undefined;
  progress("Loading the local model");
  return await openLocalModel(local_model, systemIds, runtimeAddress());
}

/** The embedded cluster's directory is one server's; another database may have several, which count together there, or in Redis. */
async function openCounters(
  { redis_url, database_url, log }: BootOptions,
  db: Foundation["db"],
  closing: (() => Promise<void>)[],
) {
  if (redis_url === undefined) return database_url ? postgresCounters(db) : memoryCounters();
  const counters = await redisCounters(redis_url, log);
  closing.push(() => counters.close());
  return counters;
}

/** Which scopes a personal access token has is another question, asked at what it opens. */
async function mayUseTokens(facts: FactSource, who: Who): Promise<boolean> {
  const what = authorization("tokens");
  const [found] = await facts.load([what]);
  return decide({ who, action: "token.use", what, door: "http" }, found!).effect === "permit";
}

async function embedded(
  data_dir: string,
  log: Log,
  progress: (step: string) => void,
  closing: (() => Promise<void>)[],
): Promise<string> {
  progress("Starting Postgres");
  const cluster = await startCluster({ data_dir, log });
  closing.push(() => cluster.stop());
  return cluster.url;
}

/** All that keep rights by name hear of names that change. */
function namedRights(all: () => readonly NamedRights[]): NamedRights {
  return {
    rename: async (...told) => {
      for (const one of all()) await one.rename(...told);
    },
    retire: async (...told) => {
      for (const one of all()) await one.retire(...told);
    },
  };
}

/** Facts come from the owner of the securable's type, and from the catalog for all that have no other. */
function factsOf(
  catalog: FactSource,
  identity: FactSource,
  secrets: FactSource,
  statements: () => FactSource,
): FactSource {
  const sourceOf = ({ type }: What): FactSource => {
    if (type === "STATEMENT") return statements();
    if (type === "SECRET_SCOPE") return secrets;
    return identityTypes.has(type) ? identity : catalog;
  };
  return {
    load: async (whats) => {
      const bySource = Map.groupBy(whats, sourceOf);
      const loaded = await Promise.all(
        [...bySource].map(async ([source, own]) => [source, await source.load(own)] as const),
      );
      const left = new Map(loaded.map(([source, facts]) => [source, facts.values()]));
      return whats.map((one) => left.get(sourceOf(one))!.next().value!);
    },
  };
}

const ownerIn = ({ found, chain }: Facts): string | undefined => (found ? chain[0]?.owner : undefined);

/** The one warehouse is registered at the first start. It belongs to the administrators, who grant CAN_USE on it. */
async function registerWarehouse(catalog: Catalog, site_id: string): Promise<WarehouseIdentity> {
  const identity = { id: site_id.slice(-WAREHOUSE_ID_LENGTH), name: "Starter Warehouse" };
  const [facts] = await catalog.facts.load([warehouse(identity.id)]);
  if (!facts?.found) await catalog.securables.register("WAREHOUSE", identity.name, identity.id, ADMINS);
  return identity;
}

async function kindOf(identity: Identity, name: string): Promise<PrincipalKind | undefined> {
  if (await identity.groups.find(name)) return "group";
  if (await identity.users.find(name)) return "user";
  return (await identity.servicePrincipals.find(name)) ? "service_principal" : undefined;
}

/** The first start makes an administrator, whose token is written to a file that only the operator can read. */
async function firstAdministrator(data_dir: string, identity: Identity): Promise<string> {
  const path = join(data_dir, "admin-token");
  if (await exists(path)) return path;
  const user =
    (await identity.users.find(ADMIN)) ?? (await identity.users.create({ name: ADMIN, display_name: "Administrator" }));
  const admins = await identity.groups.find(ADMINS);
  if (admins) await identity.groups.addMember(admins.id, user.id);
  const { token } = await identity.tokens.create(user.id, { comment: "first start" });
  await writePrivate(path, `${token}\n`);
  return path;
}

/** A profile that the Databricks CLI and SDKs read by DATABRICKS_CONFIG_FILE. It holds the token, so it is 0600 too. */
async function writeProfile(data_dir: string, host: string, admin_token_path: string): Promise<string> {
  const path = join(data_dir, "databrickscfg");
  const token = (await readFile(admin_token_path, "utf8")).trim();
  await writePrivate(path, `[DEFAULT]\nhost = ${host}\ntoken = ${token}\n`);
  return path;
}

/** Writes a file whole or not at all, since a start may end at any moment, for the operator alone. */
async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
