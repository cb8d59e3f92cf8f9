import { ADMINS, metastore, type Scan, type SecurableRegister, type What, what, workspace } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { alreadyExists } from "./faults.ts";
import type { CatalogPorts } from "./ports.ts";

/** The form of ids: no serving endpoint may be named like one, since the permissions API finds endpoints by id. */
const ID_FORM = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Enters what the server or another module makes among the securables. */
export interface Register extends SecurableRegister {
  /**
   * Enters a relation of the server's own (`system.access.audit`), its schema and catalog, owned by `admins`: who may know or
   * read it is decided like for any table. At boot, each time: what is there already stays, its columns follow the scan's.
   */
  registerScan(scan: Pick<Scan, "name" | "columns">): Promise<void>;
}

export function register(ports: CatalogPorts): Register {
  const { stores } = ports;
  const at = () => new Date(ports.clock.now_ms());
  return {
    register: async (type, name, id, owner, transaction) => {
      if (type === "ENDPOINT" && ID_FORM.test(name))
        throw new Fault("INVALID_PARAMETER_VALUE", `'${name}' looks like an id: choose another name for the endpoint.`);
      const full_name = type === "WAREHOUSE" ? id : name;
      await stores.change(transaction, async (within) => {
        const made = await stores.securables.insert(within, {
          id,
          type,
          full_name,
          name,
          parent: workspace,
          owner,
          by: owner,
          at: at(),
        });
        if (made === "taken") throw alreadyExists(what(type, full_name));
      });
    },

    unregister: (one, transaction) =>
      stores.change(transaction, async (within) => {
        const found = await stores.securables.find(one, within);
        if (found) await stores.securables.remove(within, [found.id]);
      }),

    registerScan: async ({ name, columns }) => {
      if (await isRegistered(ports, { name, columns })) return;
      const [catalogName, schemaName, tableName] = name.split(".") as [string, string, string];
      await stores.change(undefined, async (transaction) => {
        const enter = (type: What["type"], last: string, full_name: string, parent: What) =>
          stores.securables.insert(transaction, {
            id: ports.ids.uuid(),
            type: type,
            full_name,
            name: last,
            parent,
            owner: ADMINS,
            by: ADMINS,
            at: at(),
          });
        await enter("CATALOG", catalogName, catalogName, metastore);
        await enter("SCHEMA", schemaName, `${catalogName}.${schemaName}`, what("CATALOG", catalogName));
        await enter("TABLE", tableName, name, what("SCHEMA", `${catalogName}.${schemaName}`));
        const found = await stores.securables.find(what("TABLE", name), transaction);
        await stores.relations.remove(transaction, found!.id);
        await stores.relations.insert(transaction, {
          id: found!.id,
          kind: "scan",
          columns: columns.map((column) => ({ ...column, nullable: true })),
        });
      });
    },
  };
}

/** True when nothing would change, so that a start does not make every cache of decisions void. */
async function isRegistered(ports: CatalogPorts, scan: Pick<Scan, "name" | "columns">): Promise<boolean> {
  const found = await ports.stores.securables.find(what("TABLE", scan.name));
  const [relation] = found ? await ports.stores.relations.several([found.id]) : [];
  return (
    relation?.kind === "scan" &&
    relation.columns.length === scan.columns.length &&
    relation.columns.every(
      (column, i) => column.name === scan.columns[i]!.name && column.type === scan.columns[i]!.type,
    )
  );
}
