import type { Json } from "#base/json.ts";
import {
  assertPermit,
  fn,
  type Gate,
  type LentBy,
  type Metastore,
  type Permit,
  type ServicePolicies,
  type ServicePolicy,
  spoken,
  type What,
  type Who,
} from "#kernel/mod.ts";
import { type AnswerEvent, AnswerFold, type AnswerFrame, type ModelRequest } from "#models/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { AskedEndpoint, AttachedPolicy } from "../asked.ts";
import { withScope } from "../with-scope.ts";
import { deniedEvents, type PolicyDenial } from "./denial.ts";
import { requestEvent, responseEvents } from "./event.ts";

export interface PolicyPorts {
  readonly gate: () => Gate;
  readonly metastore: Pick<Metastore, "routine">;
  readonly policies: ServicePolicies;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
}

/** The policies of a service, in their order, for one question. */
export interface OpenPolicies {
  /** The first denial of the question; undefined when all allow it. */
  onCall(request: ModelRequest): PolicyDenial | undefined;
  /** The events of an answer, held back until all of it was looked at; or those of the denial, which `onDenied` is told. */
  onResult(
    events: AsyncIterable<AnswerEvent>,
    context: { readonly request: ModelRequest; readonly frame: AnswerFrame },
    onDenied: (denial: PolicyDenial) => void,
  ): AsyncIterable<AnswerEvent>;
}

export type OpensPolicies = (
  permit: Permit<"endpoint.query">,
  endpoint: AskedEndpoint,
) => Promise<OpenPolicies | undefined>;

/** Texts of policies that are remembered as they run. */
const COMPILED_MAX = 1_000;

const UNTOLD = "The policy does not allow it. Ask the service's owner.";
const FAILED = "The policy could not be computed, which does not allow it. Ask the service's owner.";

/**
 * Opens the policies of what is asked; undefined where it has none. A policy is read by the right that the service's owner has now, and runs
 * with the caller's own name and groups.
 * @throws Fault INVALID_STATE when one cannot be had: then nothing is asked.
 */
export function createPolicies(ports: PolicyPorts): OpensPolicies {
  const compiled = new Map<string, ServicePolicy>();
  const remember = (key: string, make: () => ServicePolicy): ServicePolicy => {
    const found = compiled.get(key) ?? make();
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    compiled.set(key, found);
    return found;
  };
  return async (permit, endpoint) => {
    assertPermit(permit, "endpoint.query");
    const attached = "policies" in endpoint ? (endpoint.policies ?? []) : [];
    if (attached.length === 0) return undefined;
    const all: Named[] = [];
    for (const one of attached) {
      const definition = await definitionOf(ports, permit, one);
      const make = () => ports.policies.compile(definition);
      const run = remember(`${definition.id} ${definition.parameters[0]?.name} ${definition.body}`, make);
      all.push({ name: one.function.split(".").at(-1)!, run });
    }
    return openedOf(permit, all);
  };
}

interface Named {
  readonly name: string;
  readonly run: ServicePolicy;
}

function openedOf({ what, who }: Permit<"endpoint.query">, all: readonly Named[]): OpenPolicies {
  const denialOf = (phase: PolicyDenial["phase"], events: readonly Json[]): PolicyDenial | undefined => {
    for (const { name, run } of all)
      for (const event of events) {
        const denied = denialBy(run, event, who);
        if (denied) return { name, phase, ...denied };
      }
    return undefined;
  };
  return {
    onCall: (request) => denialOf("pre_call", [requestEvent(what, who, request)]),
    onResult: async function* (events, { request, frame }, onDenied) {
      const held: AnswerEvent[] = [];
      const fold = new AnswerFold();
      for await (const event of events) {
        held.push(event);
        fold.add(event);
      }
      const denial = denialOf("post_call", responseEvents(what, who, request, { answer: fold.answer, frame }));
      if (denial) {
        onDenied(denial);
        yield* deniedEvents(denial);
      } else yield* held;
    },
  };
}

/** What fails is a denial, and why it failed is told to nobody: that may be of what it looked at. */
function denialBy(run: ServicePolicy, event: Json, who: Who): Pick<PolicyDenial, "action" | "reason"> | undefined {
  try {
    const { result, reason = UNTOLD } = run(event, who);
    return result === "ALLOW" ? undefined : { action: result === "ASK" ? "ask" : "deny", reason };
  } catch {
    return { action: "deny", reason: FAILED };
  }
}

async function definitionOf(ports: PolicyPorts, permit: Permit<"endpoint.query">, one: AttachedPolicy) {
  const owner = await ports.ownerOf(permit.what);
  if (owner === undefined) throw unreadable(permit.what, one);
  const lent_by: LentBy = { what: permit.what, owner };
  const doorway = permit.doorway.into("serving");
  const entering = ports.gate().enter(looking(permit.who), "function.execute", fn(one.function), doorway, { lent_by });
  await using reading = await entering.catch((thrown: unknown) => {
    const fault = faultOf(thrown);
    const isRefusal = fault.code === "PERMISSION_DENIED" || fault.code === "FUNCTION_DOES_NOT_EXIST";
    throw isRefusal || fault.code === "RESOURCE_DOES_NOT_EXIST" ? unreadable(permit.what, one, fault.code) : fault;
  });
  const definition = await ports.metastore.routine(reading);
  await reading.settle({ status: "ok" });
  if (definition.id !== one.id) throw unreadable(permit.what, one);
  return definition;
}

/** The caller, as the one for whom a policy is read; their token need not open functions. */
export const looking = (who: Who): Who => withScope(who, "unity-catalog");

const unreadable = (asked: What, one: AttachedPolicy, internal = "another function"): Fault =>
  new Fault(
    "INVALID_STATE",
    `${spoken(asked)} has a service policy that cannot be read, so it answers nothing. Ask its owner to look at config.service_policies.`,
    { internal: `${internal}: ${one.function}` },
  );
