import type { Registry } from "#agents/mod.ts";
import { type Gate, type Permit, endpoint as securable } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import { refuse } from "../configuration/fields.ts";
import { asksEndpoints } from "../guardrails/mod.ts";

export interface GuardingPorts {
  readonly gate: () => Gate;
  readonly registry: Pick<Registry, "get">;
  /** The endpoint that judges for all others, when there is one. */
  readonly judge?: string;
}

type Configuring = Permit<"endpoint.create" | "endpoint.update" | "service.create" | "service.update">;

/**
 * Asks whether an endpoint or a model service may have these guardrails: whoever sets them may query the endpoints that they name, none is the endpoint itself,
 * and none asks endpoints by its own guardrails, so that no question goes round. What is changed there later is found when it is asked.
 * @throws Fault INVALID_PARAMETER_VALUE naming the endpoint.
 */
export async function assertGuards(
  { gate, registry, judge }: GuardingPorts,
  { who, doorway }: Pick<Configuring, "who" | "doorway">,
  name: string,
  { guardrails }: AiGatewayConfig,
): Promise<void> {
  if (name === judge && asksEndpoints(guardrails))
    refuse(
      `'${name}' judges what is safe for all endpoints: it cannot have 'safety', 'valid_topics' or 'custom' itself.`,
    );
  for (const [phase, parameters] of Object.entries(guardrails ?? {}))
    for (const [place, { endpoint_name }] of (parameters?.custom ?? []).entries()) {
      const path = `guardrails.${phase}.custom[${place}].endpoint_name`;
      if (endpoint_name === name)
        refuse(`'${path}' names the endpoint itself: it would be asked about its own answers.`);
      const entering = gate().enter(who, "endpoint.query", securable(endpoint_name), doorway);
      await using asking = await entering.catch((thrown: unknown) => unaskable(path, thrown));
      const { ai_gateway } = await registry.get(asking);
      await asking.settle({ status: "ok" });
      if (asksEndpoints(ai_gateway.guardrails))
        refuse(
          `'${path}' names an endpoint whose own guardrails ask endpoints: questions could go round. Take 'safety', 'valid_topics' and 'custom' from it first.`,
        );
    }
}

function unaskable(path: string, thrown: unknown): never {
  const fault = faultOf(thrown);
  if (
    fault.code !== "PERMISSION_DENIED" &&
    !fault.code.endsWith("DOES_NOT_EXIST") &&
    fault.code !== "ENDPOINT_NOT_FOUND"
  )
    throw fault;
  return refuse(
    `'${path}' names an endpoint that does not exist or that you may not query. Name one that you have CAN_QUERY on.`,
  );
}
