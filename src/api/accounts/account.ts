import { Fault } from "#wire/errors.ts";
import type { Site } from "../services.ts";

/** One deployment is one account. @throws Fault RESOURCE_DOES_NOT_EXIST for the id of another. */
export function assertAccount(account_id: string, site: Site): void {
  if (account_id === site.account_id) return;
  throw new Fault(
    "RESOURCE_DOES_NOT_EXIST",
    `No account '${account_id.slice(0, 100)}' is served here. Take the account_id of /.well-known/databricks-config.`,
  );
}
