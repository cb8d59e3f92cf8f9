import { spoken, type What } from "#kernel/mod.ts";
import { type ErrorCode, Fault } from "#wire/errors.ts";
import { securables } from "#wire/securables.ts";

const alreadyThere: Readonly<Partial<Record<What["type"], ErrorCode>>> = Object.freeze({
  CATALOG: "CATALOG_ALREADY_EXISTS",
  SCHEMA: "SCHEMA_ALREADY_EXISTS",
  TABLE: "TABLE_ALREADY_EXISTS",
  FUNCTION: "FUNCTION_ALREADY_EXISTS",
});

/** A permitted securable that went away between the permit and its use. */
export function missing(what: What): Fault {
  return new Fault(securables[what.type].missing, `${spoken(what)} does not exist any more.`);
}

/** Another securable has the name. */
export function alreadyExists(what: What): Fault {
  return new Fault(
    alreadyThere[what.type] ?? "RESOURCE_ALREADY_EXISTS",
    `${spoken(what)} already exists. Choose another name, or drop it first.`,
  );
}

/** What the server keeps itself is not changed by hand. */
export function keptByServer(what: What): Fault {
  return new Fault("PERMISSION_DENIED", `${spoken(what)} is kept by the server: only grants on it can be changed.`);
}
