/**
 * api/accounts: what administrators set up for the account: secrets of service principals, federation policies, OAuth apps, budgets.
 *
 * Owns: the declarations under `/api/2.0/accounts` and `/api/2.1/accounts`, but for SCIM.
 * Never: decides, or keeps a secret.
 * Depends on: identity and gateway by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { budgetEndpoints } from "./budgets.ts";
import { customAppEndpoints } from "./custom-apps.ts";
import { federationPolicyEndpoints } from "./federation-policies.ts";
import { secretEndpoints } from "./secrets.ts";

export const accountEndpoints: readonly Endpoint[] = Object.freeze([
  ...secretEndpoints,
  ...federationPolicyEndpoints,
  ...customAppEndpoints,
  ...budgetEndpoints,
]);
