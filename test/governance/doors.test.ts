import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { type FreshDatabase, freshDatabase } from "../world/database.ts";
import { buildOrganisation } from "./build.ts";
import { readCorpus } from "./case.ts";
import { checkSocket, socketDoors } from "./doors/sockets.ts";
import { Workspace } from "./workspace.ts";

describe("the governance corpus at the doors http, sql and mcp", () => {
  let database: FreshDatabase;
  let data_dir: string;
  let platform: Platform;
  let workspace: Workspace;

  before(async () => {
    database = await freshDatabase();
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-corpus-"));
    const places = { data_dir, database_url: database.url, port: 0, tls_port: 0 };
    platform = await boot({ ...places, log: silentLog, progress: () => {} });
    await buildOrganisation(platform);
    workspace = await Workspace.open(platform);
  });

  after(async () => {
    await platform.close();
    await database[Symbol.asyncDispose]();
    await rm(data_dir, { recursive: true, force: true });
  });

  for (const { file, cases } of readCorpus())
    describe(file, () => {
      for (const one of cases)
        describe(one.case, () => {
          before(async () => {
            for (const change of one.after ?? []) await workspace.apply(change);
          });
          for (const door of socketDoors)
            if (!("not_reachable" in one[door])) it(door, () => checkSocket(workspace, door, one));
        });
    });
});
