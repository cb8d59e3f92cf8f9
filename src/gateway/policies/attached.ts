import type { Json } from "#base/json.ts";
import { fn, type Permit } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { AttachedPolicy } from "../asked.ts";
import { listAt, objectAt, refuse, textAt } from "../configuration/fields.ts";
import { partAfter } from "../services/names.ts";
import { looking, type PolicyPorts } from "./open.ts";

/** Each is run on every question and on every answer. */
const POLICIES_MAX = 10;

/**
 * The policies that are attached to a service, in the order in which they look. Whoever attaches one must hold EXECUTE on it; whether it can run
 * is found now. Source of the rule: Databricks docs "Create and attach a service policy"; the field is ours.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; BAD_REQUEST naming what a policy cannot hold.
 */
export async function readAttached(
  { gate, metastore, policies }: Omit<PolicyPorts, "ownerOf">,
  permit: Permit<"service.create"> | Permit<"service.update">,
  value: Json,
): Promise<readonly AttachedPolicy[]> {
  const path = "config.service_policies";
  const list = listAt(value, path);
  if (list.length > POLICIES_MAX) refuse(`'${path}' holds at most ${POLICIES_MAX} policies.`);
  const read: AttachedPolicy[] = [];
  for (const [index, one] of list.entries()) {
    const at = `${path}[${index}].function`;
    const named = partAfter("functions", textAt(objectAt(one, `${path}[${index}]`, ["function"]).function, at), 3, at);
    const entering = gate().enter(looking(permit.who), "function.execute", fn(named), permit.doorway);
    await using naming = await entering.catch((thrown: unknown) => Promise.reject(unnameable(thrown, at)));
    const definition = await metastore.routine(naming);
    policies.compile(definition);
    await naming.settle({ status: "ok" });
    read.push({ function: naming.what.name, id: definition.id });
  }
  if (new Set(read.map(({ id }) => id)).size < read.length) refuse(`'${path}' names a policy twice.`);
  return read;
}

function unnameable(thrown: unknown, at: string): Fault {
  const fault = faultOf(thrown);
  const isRefusal = fault.code === "PERMISSION_DENIED" || fault.code.endsWith("_DOES_NOT_EXIST");
  if (!isRefusal) return fault;
  return new Fault("INVALID_PARAMETER_VALUE", `'${at}' names what does not exist, or on which you lack EXECUTE.`, {
    internal: fault.code,
  });
}
