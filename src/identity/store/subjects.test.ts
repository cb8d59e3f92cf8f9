import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GovernanceCache } from "#db/governance-cache.ts";
import type { Database } from "#db/mod.ts";
import type { Who } from "#kernel/mod.ts";
import type { DirectoryStore } from "./directory.ts";
import { subjectStore } from "./subjects.ts";
import type { TokenStore } from "./tokens.ts";

describe("who bears a personal token", () => {
  it("is not remembered with scopes that were taken from the token while it was looked up", async () => {
    let era = { version: 1 };
    const cache = <T extends object>(entries_max: number) =>
      new GovernanceCache<T>({ now: async () => era }, entries_max);
    const db = { governance: { cache } } as unknown as Database;
    const subjects = subjectStore(db, {} as DirectoryStore, {} as TokenStore);
    const bearer = (scopes: readonly string[]): Promise<Who> =>
      subjects.bearer({ id: "token", scopes }, async () => ({ scopes }) as Who);
    const before = ["all-apis"];
    era = { version: 2 };
    await bearer(before);
    assert.deepEqual((await bearer(["sql"])).scopes, ["sql"]);
  });
});
