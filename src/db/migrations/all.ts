import { up as governance } from "./0001-governance.ts";
import type { Migration } from "./migration.ts";

/** Every migration, in order. A module's owner adds its own line. */
export const migrations: readonly Migration[] = [{ name: "0001-governance", up: governance }];
