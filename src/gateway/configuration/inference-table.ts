import type { Registry, ServedEndpoint } from "#agents/mod.ts";
import type { Permit, What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import { type MakingPorts, payloadTable, withPayloadTable } from "../payload/mod.ts";
import { refuse } from "./fields.ts";

export interface InferenceTablePorts extends MakingPorts {
  readonly registry: Registry;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
}

/**
 * Keeps the endpoint's rules, with the table that they newly name. One that is named already stays as it is, whatever became of it.
 * @throws Fault INVALID_PARAMETER_VALUE when another table would take its place. Source: databricks-sdk-py `service/serving.py`,
 * AiGatewayInferenceTableConfig: names are changed only once it is disabled.
 */
export async function governWithTable(
  ports: InferenceTablePorts,
  permit: Permit<"endpoint.update">,
  before: ServedEndpoint,
  ai_gateway: AiGatewayConfig,
): Promise<ServedEndpoint> {
  const keep = (also?: Parameters<Registry["change"]>[2]): Promise<ServedEndpoint> =>
    ports.registry.change(
      permit,
      (now) => {
        if (tableOf(now)?.name !== tableOf(before)?.name)
          throw new Fault("RESOURCE_CONFLICT", "The endpoint's inference table was changed meanwhile. Try again.");
        return { ai_gateway };
      },
      also,
    );
  const had = tableOf(before);
  const wanted = tableOf({ ...before, ai_gateway });
  if (!wanted || wanted.name === had?.name) return keep();
  if (had)
    refuse(
      "'ai_gateway.inference_table_config' names another table than before: set 'enabled' to false first, then name the new one.",
    );
  const owner = (await ports.ownerOf(permit.what)) ?? before.creator;
  return withPayloadTable(ports, permit, { what: permit.what, owner }, wanted, keep);
}

const tableOf = ({ name, ai_gateway }: ServedEndpoint): What | undefined =>
  payloadTable(ai_gateway.inference_table_config, name);
