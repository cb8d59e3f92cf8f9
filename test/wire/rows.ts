import { billingRows } from "./billing/rows.ts";
import { customAppRows } from "./identity/custom-apps.ts";
import { federationRows } from "./identity/federation.ts";
import { secretRows } from "./identity/secrets.ts";
import { tokenRows } from "./identity/tokens.ts";
import { lineageRows } from "./lineage/rows.ts";
import { mcpRows } from "./mcp/rows.ts";
import { metricsRows } from "./metrics/rows.ts";
import { oidcRows } from "./oidc/rows.ts";
import { authorizationRows } from "./permissions/authorization.ts";
import { permissionRows } from "./permissions/rows.ts";
import type { Row } from "./row.ts";
import { principalRows } from "./scim/principals.ts";
import { scimRows } from "./scim/rows.ts";
import { secretsRows } from "./secrets/rows.ts";
import { servingRows } from "./serving/rows.ts";
import { sqlRows } from "./sql/rows.ts";
import { catalogRows } from "./unity-catalog/catalogs.ts";
import { functionRows } from "./unity-catalog/functions.ts";
import { metastoreRows } from "./unity-catalog/metastore.ts";
import { grantRows } from "./unity-catalog/permissions.ts";
import { policyRows } from "./unity-catalog/policies.ts";
import { schemaRows } from "./unity-catalog/schemas.ts";
import { serviceRows } from "./unity-catalog/services.ts";
import { tableRows } from "./unity-catalog/tables.ts";
import { tagRows } from "./unity-catalog/tags.ts";

/** One row for each endpoint: how it is called rightly and wrongly. */
export const rows: readonly Row[] = [
  ...oidcRows,
  ...scimRows,
  ...principalRows,
  ...secretRows,
  ...federationRows,
  ...customAppRows,
  ...billingRows,
  ...tokenRows,
  ...secretsRows,
  ...metastoreRows,
  ...catalogRows,
  ...schemaRows,
  ...tableRows,
  ...functionRows,
  ...serviceRows,
  ...grantRows,
  ...tagRows,
  ...policyRows,
  ...lineageRows,
  ...permissionRows,
  ...authorizationRows,
  ...servingRows,
  ...sqlRows,
  ...mcpRows,
  ...metricsRows,
];
