import { Type } from "typebox";
import { openApiOf } from "#gateway/mod.ts";
import { endpoint as securable } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { endpoint, Reply } from "../endpoint.ts";
import { NamedInput } from "./schemas.ts";

const PATH = "/api/2.0/serving-endpoints/{name}";
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
const ServedInput = Type.Object({ name: Type.String(), served_model_name: Type.String() });
const Logs = Type.Object({ logs: Type.String() });

/** How an endpoint is asked. Clients read the document as text. Source: databricks-sdk-py `serving_endpoints.get_open_api`. */
export const endpointOpenApi = endpoint({
  method: "GET",
  path: `${PATH}/openapi`,
  scope: "model-serving",
  input: NamedInput,
  output: Type.String(),
  what: ({ name }, { gateway }) => securable(gateway.endpointNamed(name)),
  action: "endpoint.read_metadata",
  run: async ({ agents, site }, permit) =>
    new Reply({ body: JSON.stringify(openApiOf(await agents.endpoints.get(permit), site.public_url)) }),
});

/** For whoever may view the endpoint. Sources: databricks-sdk-py `serving_endpoints.export_metrics`; Databricks docs, "read access". */
export const endpointMetrics = endpoint({
  method: "GET",
  path: `${PATH}/metrics`,
  scope: "model-serving",
  input: NamedInput,
  output: Type.String(),
  what: ({ name }, { gateway }) => securable(gateway.endpointNamed(name)),
  action: "endpoint.read_metadata",
  run: async ({ telemetry }, permit) =>
    new Reply({ headers: { "content-type": TEXT_FORMAT }, body: await telemetry.endpointMetrics(permit) }),
});

/** Source: databricks-sdk-py `serving_endpoints.logs`. */
export const serviceLogs = endpoint({
  method: "GET",
  path: `${PATH}/served-models/{served_model_name}/logs`,
  scope: "model-serving",
  input: ServedInput,
  output: Logs,
  what: ({ name }) => securable(name),
  action: "endpoint.read_logs",
  run: async ({ agents }, permit, { served_model_name }) => ({
    logs: await agents.invocations.logs(permit, served_model_name),
  }),
});

/** An agent's code runs as it lies, and models run elsewhere. Source: databricks-sdk-py `serving_endpoints.build_logs`. */
export const buildLogs = endpoint({
  method: "GET",
  path: `${PATH}/served-models/{served_model_name}/build-logs`,
  scope: "model-serving",
  input: ServedInput,
  output: Logs,
  what: ({ name }) => securable(name),
  action: "endpoint.read_logs",
  run: async () => {
    throw new Fault(
      "BAD_REQUEST",
      "Nothing is built for what this server serves, so that there are no build logs. What an agent writes is at '.../logs'.",
    );
  },
});
