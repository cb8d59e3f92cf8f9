import { accountEndpoints } from "./accounts/mod.ts";
import type { Endpoint } from "./endpoint.ts";
import { lineageEndpoints } from "./lineage/mod.ts";
import { mcpEndpoints } from "./mcp/mod.ts";
import { metricsEndpoints } from "./metrics/mod.ts";
import { authorizeEndpoints } from "./oidc/authorize.ts";
import { logoutEndpoints } from "./oidc/logout.ts";
import { metadataEndpoints } from "./oidc/metadata.ts";
import { tokenEndpoints } from "./oidc/token.ts";
import { permissionsEndpoints } from "./permissions/mod.ts";
import { scimEndpoints } from "./scim/mod.ts";
import { secretsEndpoints } from "./secrets/mod.ts";
import { servingEndpoints } from "./serving/mod.ts";
import { sqlEndpoints } from "./sql/mod.ts";
import { personalTokenEndpoints } from "./tokens/mod.ts";
import { unityCatalogEndpoints } from "./unity-catalog/mod.ts";

/** Every endpoint that is served. */
export const endpoints: readonly Endpoint[] = [
  ...metadataEndpoints,
  ...authorizeEndpoints,
  ...logoutEndpoints,
  ...tokenEndpoints,
  ...scimEndpoints,
  ...accountEndpoints,
  ...personalTokenEndpoints,
  ...secretsEndpoints,
  ...unityCatalogEndpoints,
  ...lineageEndpoints,
  ...permissionsEndpoints,
  ...servingEndpoints,
  ...sqlEndpoints,
  ...mcpEndpoints,
  ...metricsEndpoints,
];
