import type { Actor, What, WorkspaceMethod } from "#kernel/mod.ts";
import type { ServedAgent } from "./served.ts";

/** An agent as the kernel narrows by it: what it reaches on behalf of who asks, and what as itself. */
export function actorOf({ name, scopes, resources, principal }: ServedAgent): Actor {
  const reachedBy = (wanted: WorkspaceMethod): readonly What[] =>
    resources.filter((one) => one.method === wanted).map(({ type, name: of }) => ({ type, name: of }));
  return {
    kind: "agent",
    name,
    scopes,
    resources: reachedBy("on_behalf_of"),
    ...(principal && { own: { principal, resources: reachedBy("automatic_passthrough") } }),
  };
}
