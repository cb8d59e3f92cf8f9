import { up as governance } from "./0001-governance.ts";
import { up as site } from "./0002-site.ts";
import { up as identity } from "./0010-identity.ts";
import { up as catalog } from "./0020-catalog.ts";
import { up as sql } from "./0030-sql.ts";
import { up as audit } from "./0040-audit.ts";
import { up as agents } from "./0050-agents.ts";
import { up as directory } from "./0060-directory.ts";
import { up as federation } from "./0061-federation.ts";
import { up as secrets } from "./0062-secrets.ts";
import { up as authorization } from "./0080-authorization.ts";
import { up as customApps } from "./0090-custom-apps.ts";
import { up as attempts } from "./0091-attempts.ts";
import { up as attributes } from "./0095-attributes.ts";
import { up as tokenPermissions } from "./0096-token-permissions.ts";
import { up as lineage } from "./0110-lineage.ts";
import { up as pythonFunctions } from "./0111-python-functions.ts";
import { up as serving } from "./0120-serving.ts";
import { up as rateLimits } from "./0121-rate-limits.ts";
import { up as budgets } from "./0130-budgets.ts";
import { up as services } from "./0140-services.ts";
import type { Migration } from "./migration.ts";

/** Every migration, in order. A module's owner adds its own line. */
export const migrations: readonly Migration[] = [
  { name: "0001-governance", up: governance },
  { name: "0002-site", up: site },
  { name: "0010-identity", up: identity },
  { name: "0020-catalog", up: catalog },
  { name: "0030-sql", up: sql },
  { name: "0040-audit", up: audit },
  { name: "0050-agents", up: agents },
  { name: "0060-directory", up: directory },
  { name: "0061-federation", up: federation },
  { name: "0062-secrets", up: secrets },
  { name: "0080-authorization", up: authorization },
  { name: "0090-custom-apps", up: customApps },
  { name: "0091-attempts", up: attempts },
  { name: "0095-attributes", up: attributes },
  { name: "0096-token-permissions", up: tokenPermissions },
  { name: "0110-lineage", up: lineage },
  { name: "0111-python-functions", up: pythonFunctions },
  { name: "0120-serving", up: serving },
  { name: "0121-rate-limits", up: rateLimits },
  { name: "0130-budgets", up: budgets },
  { name: "0140-services", up: services },
];
