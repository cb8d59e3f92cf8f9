import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "#base/log.ts";
import { boot } from "../../src/boot.ts";
import { Caller } from "./caller.ts";
import { killAll, tree } from "./processes.ts";
import type { Chance } from "./seed.ts";
import { freePorts, type Place, ServerProcess } from "./server-process.ts";

/** The catalog of all rounds. */
const CATALOG = "lake";

const ADMIN = "admin@lakeward.local";
const WRITER = "writer@board.example";
const READER = "reader@board.example";

/** A workspace with three people, and the server that serves it or does not. */
export class World {
  /** Where it is started next. */
  place: Place;
  readonly admin: Caller;
  readonly writer: Caller;
  readonly reader: Caller;
  /** Table files that belong to no version and that no start has swept since. */
  spare_files = 0;
  #server: ServerProcess | undefined;
  /** How long the last start took. */
  #start_ms = 0;

  private constructor(place: Place, tokens: Tokens) {
    const { port } = place;
    const { warehouse_id } = tokens;
    this.place = place;
    this.admin = new Caller({ name: ADMIN, port, token: tokens.admin, warehouse_id });
    this.writer = new Caller({ name: WRITER, port, token: tokens.writer, warehouse_id });
    this.reader = new Caller({ name: READER, port, token: tokens.reader, warehouse_id });
  }

  /** Makes the workspace, in this process, and starts its server, in one of its own. */
  static async make(over: Partial<Place> = {}): Promise<World> {
    const data_dir = over.data_dir ?? temporaryDirectory();
    const [port = 0, tls_port = 0] = await freePorts(2);
    const place = { data_dir, port, tls_port, flags: ["--no-sample"], ...over };
    const world = new World(place, await makePeople(place));
    await world.start();
    await world.admin.rows(`CREATE CATALOG ${CATALOG}`);
    await world.admin.rows(`GRANT USE CATALOG ON CATALOG ${CATALOG} TO \`account users\``);
    // A database that knows no table sweeps no file: it may be the wrong one.
    await world.admin.rows(`CREATE TABLE ${await world.makeSchema("first")}.one AS SELECT 1 AS id`);
    return world;
  }

  get server(): ServerProcess {
    if (!this.#server) throw new Error("No server was started.");
    return this.#server;
  }

  async start(): Promise<void> {
    const began_ms = Date.now();
    this.#server = new ServerProcess(this.place);
    await this.#server.ready();
    this.#start_ms = Date.now() - began_ms;
  }

  /** A start that does not come to its end. */
  async startAndKill(chance: Chance): Promise<void> {
    this.#server = new ServerProcess(this.place);
    await sleep(chance.between(0, this.#start_ms));
    killAll([this.#server]);
    await this.#server.ended();
  }

  /** A schema in which admin and writer may write, and which the reader knows. */
  async makeSchema(name: string): Promise<string> {
    const schema = `${CATALOG}.${name}`;
    for (const statement of [
      `CREATE SCHEMA ${schema}`,
      `GRANT USE SCHEMA, CREATE TABLE, SELECT, MODIFY ON SCHEMA ${schema} TO \`${WRITER}\``,
      `GRANT USE SCHEMA ON SCHEMA ${schema} TO \`${READER}\``,
    ])
      await this.admin.rows(statement);
    return schema;
  }

  /** Table files on disk, whoever they belong to, but for that of the first table. */
  tableFiles(): number {
    const found = readdirSync(join(this.place.data_dir, "tables"), { recursive: true, withFileTypes: true });
    return found.filter((entry) => entry.isFile()).length - 1;
  }

  /** Ends whatever runs and removes everything. */
  dispose(): void {
    if (this.#server) killAll(tree(this.#server.pid));
    removeDirectory(this.place.data_dir);
  }
}

export const temporaryDirectory = (): string => realpathSync(mkdtempSync(join(tmpdir(), "lakeward-kill-")));

/** What was killed may still be writing. */
export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

interface Tokens {
  readonly admin: string;
  readonly writer: string;
  readonly reader: string;
  readonly warehouse_id: string;
}

/** The first start: the administrator's token is its own, the others' are made here. */
async function makePeople(place: Place): Promise<Tokens> {
  const { data_dir, port, tls_port } = place;
  const platform = await boot({ data_dir, port, tls_port, log: silentLog, progress: () => {} });
  try {
    const { identity, sql } = platform.services;
    const tokenOf = async (name: string): Promise<string> => {
      const { id } = await identity.users.create({ name });
      return (await identity.tokens.create(id)).token;
    };
    const tokens = {
      admin: readFileSync(platform.admin_token_path, "utf8").trim(),
      writer: await tokenOf(WRITER),
      reader: await tokenOf(READER),
      warehouse_id: sql.warehouses.own,
    };
    const admin = new Caller({ name: ADMIN, port, token: tokens.admin, warehouse_id: tokens.warehouse_id });
    await admin.request("PATCH", `/api/2.0/permissions/warehouses/${tokens.warehouse_id}`, {
      access_control_list: [{ group_name: "account users", permission_level: "CAN_USE" }],
    });
    return tokens;
  } finally {
    await platform.close();
  }
}
