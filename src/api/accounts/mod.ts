/**
 * api/accounts: what administrators set up for the account: secrets of service principals, federation policies, OAuth apps.
 *
 * Owns: the declarations under `/api/2.0/accounts`, but for SCIM.
 * Never: decides, or keeps a secret.
 * Depends on: identity by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { customAppEndpoints } from "./custom-apps.ts";
import { federationPolicyEndpoints } from "./federation-policies.ts";
import { secretEndpoints } from "./secrets.ts";

export const accountEndpoints: readonly Endpoint[] = Object.freeze([
  ...secretEndpoints,
  ...federationPolicyEndpoints,
  ...customAppEndpoints,
]);
