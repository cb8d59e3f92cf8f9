import { assertPermit, type Metastore } from "#kernel/mod.ts";
import { changeUnder, insertChild, refuseSystem } from "./changing.ts";
import { assertComment, containerName } from "./names.ts";
import type { CatalogPorts } from "./ports.ts";

/** Catalogs and schemas. */
export function containers(ports: CatalogPorts): Pick<Metastore, "createCatalog" | "createSchema"> {
  return {
    createCatalog: async (permit, { name, comment }) => {
      assertPermit(permit, "catalog.create");
      assertComment(comment);
      const child = { type: "CATALOG", name: containerName("catalog", name), comment } as const;
      await changeUnder(ports, permit, (transaction) => insertChild(ports, transaction, permit, child));
    },

    createSchema: async (permit, { name, comment }) => {
      assertPermit(permit, "schema.create");
      assertComment(comment);
      refuseSystem(permit.what);
      const child = { type: "SCHEMA", name: containerName("schema", name), comment } as const;
      await changeUnder(ports, permit, (transaction) => insertChild(ports, transaction, permit, child));
    },
  };
}
