import {
  assertPermit,
  type Permit,
  type ServiceDefinition,
  type Services,
  type ServiceType,
  type Transaction,
  type What,
  what,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { changeUnder, insertChild, present, refuseSystem, stamp } from "./changing.ts";
import { stored } from "./facts.ts";
import { alreadyExists, missing } from "./faults.ts";
import { assertComment, namePart } from "./names.ts";
import { assertPermitOf } from "./permits.ts";
import type { CatalogPorts } from "./ports.ts";
import type { SecurableRow } from "./store/securables.ts";
import type { ServiceRow } from "./store/services.ts";

/** No name is that of two services of one schema. Source: Databricks docs "Create and manage model provider services". */
const kinds: Readonly<Record<ServiceType, string>> = {
  MODEL_SERVICE: "model service",
  MODEL_PROVIDER_SERVICE: "model provider service",
};

/** Services: their configuration is kept, and not understood here. */
export function services(ports: CatalogPorts): Services {
  const { stores } = ports;
  const read = async (one: What, transaction?: Transaction): Promise<ServiceDefinition> => {
    const found = await stores.securables.find(stored(one), transaction);
    const [row] = found ? await stores.services.several([found.id], transaction) : [];
    if (!found || !row) throw missing(one);
    return serviceOf(found, row);
  };
  const remembered = async (one: What): Promise<ServiceDefinition> => {
    const defined = await stores.definitions.service(stored(one));
    if (!defined) throw missing(one);
    return serviceOf(defined.found, defined.made_of);
  };
  return {
    createService: async (permit, { type, name, comment, config }, also) => {
      assertPermit(permit, "service.create");
      assertComment(comment);
      refuseSystem(permit.what);
      const part = namePart(kinds[type], name);
      return await changeUnder(ports, permit, async (transaction) => {
        await refuseTaken(ports, transaction, permit, part);
        const id = await insertChild(ports, transaction, permit, { type, name: part, comment });
        await stores.services.write(transaction, { id, config, version: 1 });
        await also?.(transaction);
        return await read(what(type, `${stored(permit.what).name}.${part}`), transaction);
      });
    },

    updateService: async (permit, version, change, also) => {
      assertPermit(permit, "service.update");
      return await changeUnder(ports, permit, async (transaction) => {
        const before = await read(permit.what, transaction);
        assertVersion(before, version);
        const { comment, config = before.config } = change(before);
        if (comment !== null) assertComment(comment);
        const { id } = before;
        await stores.securables.update(transaction, id, {
          ...(comment !== undefined && { comment }),
          ...stamp(ports, permit),
        });
        await stores.services.write(transaction, { id, config, version: before.version + 1 });
        await also?.(transaction);
        return await read(permit.what, transaction);
      });
    },

    dropService: async (permit, version) => {
      assertPermit(permit, "service.delete");
      await changeUnder(ports, permit, async (transaction) => {
        const { id } = await present(ports, permit, transaction);
        assertVersion(await read(permit.what, transaction), version);
        await stores.securables.remove(transaction, [id]);
      });
    },

    service: async (permit) => {
      assertPermitOf(permit, ["service.read_metadata", "service.update", "service.execute", "endpoint.query"]);
      return permit.action === "endpoint.query" || permit.action === "service.execute"
        ? await remembered(permit.what)
        : await read(permit.what);
    },

    listServices: async (permit, visible) => {
      assertPermit(permit, "schema.read_metadata");
      if (!visible.every((one) => one.name.startsWith(`${stored(permit.what).name}.`)))
        throw new TypeError(`What is listed must lie beneath '${permit.what.name}'.`);
      if (visible.length === 0) return [];
      const found = await stores.securables.several(visible.map(stored));
      const rows = new Map((await stores.services.several(found.map(({ id }) => id))).map((row) => [row.id, row]));
      return found.flatMap((one) => (rows.has(one.id) ? [serviceOf(one, rows.get(one.id)!)] : []));
    },
  };
}

/** @throws Fault RESOURCE_ALREADY_EXISTS; changes are in an order, so nobody else takes the name meanwhile. */
async function refuseTaken(
  { stores }: CatalogPorts,
  transaction: Transaction,
  permit: Permit<"service.create">,
  name: string,
): Promise<void> {
  const full_name = `${stored(permit.what).name}.${name}`;
  for (const type of Object.keys(kinds) as ServiceType[]) {
    const one = what(type, full_name);
    if (await stores.securables.find(one, transaction)) throw alreadyExists(one);
  }
}

function assertVersion(before: ServiceDefinition, version: number | undefined): void {
  if (version === undefined || version === before.version) return;
  throw new Fault(
    "RESOURCE_CONFLICT",
    `'${before.name}' was changed since it was read. Read it again, and send the etag that it has then.`,
  );
}

const serviceOf = (found: SecurableRow, { config, version }: ServiceRow): ServiceDefinition => ({
  id: found.id,
  type: found.type as ServiceType,
  name: found.full_name,
  owner: found.owner,
  comment: found.comment,
  config,
  version,
  created_at: found.created_at,
  created_by: found.created_by,
  updated_at: found.updated_at,
  updated_by: found.updated_by,
});
