import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import type { Log } from "#base/log.ts";
import {
  type AgentPrincipals,
  type AuditTrail,
  assertPermit,
  type Doorway,
  type OnBehalfOf,
  type Permit,
  traceHeadersOf,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { ResponsesEvent, ResponsesRequest } from "#wire/serving/responses.ts";
import { actorOf } from "./actor.ts";
import type { Environment } from "./environment.ts";
import { primed } from "./primed.ts";
import { AgentProcess } from "./process/agent-process.ts";
import type { Registry } from "./registry.ts";
import { type ShapeOptions, shapeStream, shapeWhole } from "./responses.ts";
import type { ServedAgent, ServedEndpoint } from "./served.ts";
import { traceOf } from "./trace.ts";

/** Asking an agent. */
export interface Invocations {
  /** The whole response, `databricks_output` included when asked for. @throws Fault what the agent's process throws. */
  complete(permit: Permit<"endpoint.query">, body: ResponsesRequest, signal: AbortSignal): Promise<JsonObject>;
  /** The events as they come. The first is drawn before this resolves, so that a failure to start is an error, not a stream. */
  stream(
    permit: Permit<"endpoint.query">,
    body: ResponsesRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<ResponsesEvent>>;
  /**
   * The last of what the agent of the permit wrote, in the process that runs or in the last one that did; empty before its first.
   * @throws Fault BAD_REQUEST for a model, which has no process here; RESOURCE_DOES_NOT_EXIST for a name that it does not serve.
   */
  logs(permit: Permit<"endpoint.read_logs">, served: string): Promise<string>;
  close(): Promise<void>;
}

interface InvocationPorts {
  readonly registry: Registry;
  readonly identity: OnBehalfOf & Pick<AgentPrincipals, "mintAsItself">;
  /** Environment variables of an agent's process, asked at each start. @throws Fault when a secret cannot be had. */
  readonly environment: (agent: ServedAgent, doorway: Doorway) => Promise<Environment>;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  /** Base URL at which an agent reaches this server. */
  readonly host: () => string;
}

export function createInvocations(ports: InvocationPorts): Invocations {
  const { registry, identity, trail, clock, ids } = ports;
  const processes = new Map<string, { readonly updated_at_ms: number; readonly process: AgentProcess }>();
  /** A process has the code and the environment that it was started with, so an update is followed by another one. */
  const processOf = ({ id, name, code, updated_at_ms }: ServedAgent): AgentProcess => {
    const running = processes.get(id);
    if (running && running.updated_at_ms >= updated_at_ms) return running.process;
    running?.process.retire();
    const process = new AgentProcess({ name, code, host: ports.host, log: ports.log });
    processes.set(id, { updated_at_ms, process });
    return process;
  };
  const start = async (
    permit: Permit<"endpoint.query">,
    body: ResponsesRequest,
    signal: AbortSignal,
  ): Promise<{ events: AsyncIterable<JsonObject>; options: ShapeOptions }> => {
    assertPermit(permit, "endpoint.query");
    const agent = await registry.get(permit);
    if (agent.kind !== "agent") throw notAnAgent(agent.name);
    const started_ms = clock.now_ms();
    const { name, scopes } = agent;
    const actor = actorOf(agent);
    const { token: user_token } = await identity.mintOnBehalfOf({ who: permit.who, actor, scopes });
    const own = actor.own && actor.own.resources.length > 0 ? await identity.mintAsItself(actor) : undefined;
    const { request_id, trace_id } = permit.doorway.request;
    const { databricks_options, stream: _, ...plain } = body;
    const events = processOf(agent).request(
      ids.uuid(),
      JSON.parse(JSON.stringify(plain)) as JsonObject,
      {
        ...{ host: ports.host(), user_token, ...(own && { agent_token: own.token }), request_id },
        ...traceHeadersOf(permit),
      },
      signal,
      () => ports.environment(agent, permit.doorway.into("serving")),
    );
    const options: ShapeOptions = {
      response_id: `resp_${ids.hex(16)}`,
      model: name,
      created_at: Math.floor(started_ms / 1000),
      ...(databricks_options?.return_trace === true && {
        trace: async () => traceOf(permit, started_ms, clock.now_ms(), await trail.byTrace(trace_id)),
      }),
    };
    return { events, options };
  };
  return {
    complete: async (permit, body, signal) => {
      const { events, options } = await start(permit, body, signal);
      return await shapeWhole(events, options);
    },
    stream: async (permit, body, signal) => {
      const { events, options } = await start(permit, body, signal);
      return shapeStream(await primed(events), options);
    },
    logs: async (permit, served) => {
      assertPermit(permit, "endpoint.read_logs");
      const endpoint = await registry.get(permit);
      if (endpoint.kind === "agent" && served === endpoint.name)
        return processes.get(endpoint.id)?.process.said() ?? "";
      throw noLogs(endpoint, served);
    },
    close: async () => {
      await Promise.all([...processes.values()].map(({ process }) => process.close()));
    },
  };
}

function noLogs(endpoint: ServedEndpoint, served: string): Fault {
  const isServed = endpoint.kind !== "agent" && endpoint.entities.some(({ name }) => name === served);
  return isServed
    ? new Fault("BAD_REQUEST", `'${served}' is a model without a process of its own here: it has no logs. Agents have.`)
    : new Fault("RESOURCE_DOES_NOT_EXIST", `The serving endpoint '${endpoint.name}' serves no model '${served}'.`);
}

function notAnAgent(name: string): Fault {
  return new Fault(
    "BAD_REQUEST",
    `Serving endpoint '${name}' serves a chat model, not an agent. Send 'messages' to it, or call /serving-endpoints/chat/completions.`,
  );
}
