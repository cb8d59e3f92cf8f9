import type { Registry } from "#agents/mod.ts";
import {
  type Gate,
  type LentBy,
  type Permit,
  endpoint as securable,
  spoken,
  type What,
  type Who,
} from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { asksEndpoints } from "../guardrails/mod.ts";
import type { Invoke } from "../invoke.ts";

export interface GuardPorts {
  readonly gate: () => Gate;
  readonly registry: Pick<Registry, "get">;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
  readonly invoke: () => Pick<Invoke, "chat" | "invocations">;
}

/**
 * A permit to ask the endpoint `name` about a question to the guarded endpoint or service: as whoever asks that, by the right that the owner of
 * `lender` has now. What it takes is on its own record, within its own limits.
 * @throws Fault INVALID_STATE when the endpoint asks others by itself, as questions could go round; else as `gate.enter`.
 */
export async function enterGuard(
  { gate, registry, ownerOf }: GuardPorts,
  guarded: Permit<"endpoint.query">,
  name: string,
  lender: What,
): Promise<Permit<"endpoint.query">> {
  const owner = await ownerOf(lender);
  if (owner === undefined) throw new Fault("INVALID_STATE", `${spoken(lender)} does not exist any more.`);
  const lent_by: LentBy = { what: lender, owner };
  const doorway = guarded.doorway.into("serving");
  const permit = await gate().enter(asked(guarded.who), "endpoint.query", securable(name), doorway, { lent_by });
  try {
    const { ai_gateway } = await registry.get(permit);
    if (!asksEndpoints(ai_gateway.guardrails)) return permit;
    throw new Fault("INVALID_STATE", `The endpoint '${name}' guards others, and its own guardrails ask endpoints.`);
  } catch (thrown) {
    await permit.settle({ status: "error", error_code: faultOf(thrown).code });
    throw thrown;
  }
}

/** The caller. A token that was asked for the guarded endpoint alone is good for its guards, and for nothing that they may reach. */
const asked = ({ only, ...who }: Who): Who => (only ? { ...who, scopes: ["model-serving"] } : who);
