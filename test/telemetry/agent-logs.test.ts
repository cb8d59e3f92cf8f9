import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type GatewayWorld, gatewayWorld } from "../gateway/world.ts";
import { serveMirror } from "./mirror.ts";

describe("an agent's logs", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("alone");
    await serveMirror(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const PATH = "/api/2.0/serving-endpoints/mirror/served-models/mirror/logs";
  const logs = async (as: "ada" | "ben" | "dan") => await world.send("GET", PATH, null, as);

  it("are empty before it runs, then what its process wrote last, when it has ended too", async () => {
    assert.deepEqual((await logs("ada")).body, { logs: "" });
    const input = JSON.stringify({ variable: "TZ", by: "exit" });
    await world.send("POST", "/serving-endpoints/mirror/invocations", { input }, "ben");
    assert.deepEqual((await logs("ada")).body, { logs: "The key UTC was refused.\n" });
  });

  it("are for those who manage it: whoever may query it is refused, and who may not know of it is told nothing", async () => {
    assert.equal((await logs("ben")).status, 403);
    assert.equal((await logs("dan")).status, 404);
  });
});
