import type { Registry, ServedModel } from "#agents/mod.ts";
import {
  endpoint,
  type Gate,
  type LentBy,
  modelProviderService,
  type Permit,
  type Services,
  spoken,
  type What,
} from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { EndpointSource, ProviderSource } from "../asked.ts";
import { asking, soleEntityOf, type TaggedBudgets, targetOf } from "./destinations.ts";
import { openedExternal, type ProviderPorts, providerConfigOf } from "./provider-config.ts";

export interface ReachPorts extends ProviderPorts {
  readonly gate: () => Gate;
  readonly services: Pick<Services, "service">;
  readonly registry: Pick<Registry, "get">;
  readonly budgets: TaggedBudgets;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
}

type Asked = Permit<"endpoint.query">;

/**
 * The model of a provider service with its credential, by the right that the model service's owner has now, which the model service lends
 * to whoever may execute it.
 * @throws Fault INVALID_STATE when it is gone, or the owner may not use it; the denial is on record before.
 */
export async function reachProvider(ports: ReachPorts, permit: Asked, source: ProviderSource) {
  const what = modelProviderService(source.service);
  const lent_by = await lending(ports, permit, what);
  const manual = `the service '${permit.what.name}' asks '${source.provider}' with the credential of '${source.service}'`;
  const doorway = permit.doorway.into("serving");
  const entering = ports.gate().enter(asking(permit.who), "service.execute", what, doorway, { lent_by, manual });
  await using reading = await entering.catch((thrown: unknown) => Promise.reject(refused(permit, what, thrown)));
  const { id, config } = await ports.services.service(reading);
  const provider = providerConfigOf(config);
  const target = id === source.service_id ? targetOf(provider, source.model, source.native_api_types) : undefined;
  if (!target) throw unreachable(permit, what);
  const opened = openedExternal(ports, source.service, provider, target);
  await reading.settle({ status: "ok" });
  return opened;
}

/** The one model of an endpoint, with a permit for it by the model service's owner. @throws Fault as `reachProvider`. */
export async function reachEndpoint(ports: ReachPorts, permit: Asked, source: EndpointSource) {
  const what = endpoint(source.endpoint);
  const lent_by = await lending(ports, permit, what);
  const doorway = permit.doorway.into("serving");
  const entering = ports.gate().enter(asking(permit.who), "endpoint.query", what, doorway, { lent_by });
  const lent = await entering.catch((thrown: unknown) => Promise.reject(refused(permit, what, thrown)));
  try {
    const served = await ports.registry.get(lent);
    const entity = await soleEntityOf(ports.budgets, served);
    if (served.id !== source.endpoint_id || typeof entity === "string" || !isAs(source, entity.source))
      throw unreachable(permit, what);
    await lent.settle({ status: "ok" });
    return { lent, entity };
  } catch (thrown) {
    await lent.settle({ status: "error", error_code: faultOf(thrown).code });
    throw thrown;
  }
}

/** Whether it is the model that was named: prices, budgets and records are of that one, and another may cost more. */
const isAs = (named: EndpointSource, source: ServedModel["source"]): boolean =>
  source.model === named.model && (source.kind === "external" ? source.provider : undefined) === named.provider;

async function lending({ ownerOf }: ReachPorts, permit: Asked, what: What): Promise<LentBy> {
  const owner = await ownerOf(permit.what);
  if (owner === undefined) throw unreachable(permit, what);
  return { what: permit.what, owner };
}

function refused(permit: Asked, what: What, thrown: unknown): Fault {
  const fault = faultOf(thrown);
  const isRefusal = fault.code === "PERMISSION_DENIED" || fault.code === "RESOURCE_DOES_NOT_EXIST";
  return isRefusal ? unreachable(permit, what, fault.code) : fault;
}

/** As whoever asks the service may hear it: with no word of what it stands on. */
const unreachable = ({ what: asked }: Asked, what: What, internal = "gone or changed"): Fault =>
  new Fault(
    "INVALID_STATE",
    `${spoken(asked)} cannot ask one of its destinations: it was deleted or changed, or the service's owner may not use it. Ask the owner to look at config.routing.`,
    { internal: `${internal}: ${spoken(what)}` },
  );
