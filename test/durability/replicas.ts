import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { freshDatabase } from "../world/database.ts";
import { Caller } from "./caller.ts";
import { killAll, tree } from "./processes.ts";
import { freePorts, type Place, ServerProcess } from "./server-process.ts";
import { removeDirectory, temporaryDirectory } from "./world.ts";

/** One of the servers of a deployment: a process of its own, which can be killed and started again. */
export interface Replica {
  readonly admin: Caller;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<number | null>;
}

/** Two servers on one database, each with a journal of its own; they share the tables' files. */
export interface Replicas extends AsyncDisposable {
  readonly here: Replica;
  readonly there: Replica;
}

export async function startReplicas(): Promise<Replicas> {
  const database = await freshDatabase();
  const folder = temporaryDirectory();
  const ports = await freePorts(4);
  const env = { DATABASE_URL: database.url, LAKEWARD_MASTER_KEY: randomBytes(32).toString("base64") };
  const servers: ServerProcess[] = [];
  const begin = async (place: Place): Promise<ServerProcess> => {
    const server = new ServerProcess(place);
    servers.push(server);
    return await server.ready();
  };
  const replica = async (name: string, port: number, tls_port: number): Promise<Replica> => {
    const data_dir = join(folder, name);
    mkdirSync(data_dir);
    mkdirSync(join(folder, "tables"), { recursive: true });
    symlinkSync(join(folder, "tables"), join(data_dir, "tables"));
    const place = { data_dir, port, tls_port, flags: ["--no-sample"], env };
    let server = await begin(place);
    const token = readFileSync(join(data_dir, "admin-token"), "utf8").trim();
    const asking = new Caller({ name, port, token, warehouse_id: "" });
    const { warehouses } = (await asking.request("GET", "/api/2.0/sql/warehouses")).body;
    const warehouse_id = (warehouses as readonly { readonly id: string }[])[0]!.id;
    return {
      admin: new Caller({ name, port, token, warehouse_id }),
      kill: async () => {
        killAll(tree(server.pid));
        await server.ended();
      },
      start: async () => {
        server = await begin(place);
      },
      stop: () => server.stop(),
    };
  };
  const dispose = async (): Promise<void> => {
    for (const server of servers) if (server.isRunning) killAll(tree(server.pid));
    await database[Symbol.asyncDispose]();
    removeDirectory(folder);
  };
  try {
    const here = await replica("here", ports[0]!, ports[1]!);
    const there = await replica("there", ports[2]!, ports[3]!);
    return { here, there, [Symbol.asyncDispose]: dispose };
  } catch (thrown) {
    await dispose();
    throw thrown;
  }
}
