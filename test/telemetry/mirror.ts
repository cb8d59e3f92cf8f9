import { fileURLToPath } from "node:url";
import { Doorway, endpoint, warehouse, workspace } from "#kernel/mod.ts";
import type { GatewayWorld } from "../gateway/world.ts";

/** Serves the agent `mirror`, which does what it is told as who asks. It may ask `alone` and run statements, and ben may query it. */
export async function serveMirror(world: GatewayWorld): Promise<void> {
  const { gate, identity, agents, sql } = world.platform.services;
  const who = await identity.authenticate(`Bearer ${world.token("ada")}`);
  const request = { request_id: crypto.randomUUID(), trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
  const folder = fileURLToPath(new URL("../agents/fixtures/mirror", import.meta.url));
  await using permit = await gate.enter(who, "endpoint.create", workspace, new Doorway("http", request));
  await agents.endpoints.create(permit, {
    ...{ kind: "agent", name: "mirror", description: "does as it is told" },
    code: { folder, entry: "agent.ts", dependencies: [] },
    scopes: ["model-serving", "sql", "mcp.functions"],
    resources: [endpoint("alone"), warehouse(sql.warehouses.own)],
  });
  await permit.settle({ status: "ok" });
  const access_control_list = [{ user_name: "ben@board.org", permission_level: "CAN_QUERY" }];
  await world.send("PATCH", "/api/2.0/permissions/serving-endpoints/mirror", { access_control_list });
}
