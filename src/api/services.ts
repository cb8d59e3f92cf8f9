import type { createAgents } from "#agents/mod.ts";
import type { createAudit } from "#audit/mod.ts";
import type { createCatalogModule } from "#catalog/mod.ts";
import type { Gateway } from "#gateway/mod.ts";
import type { createIdentity } from "#identity/mod.ts";
import type { Gate } from "#kernel/mod.ts";
import type { createMcp } from "#mcp/mod.ts";
import type { createModels } from "#models/mod.ts";
import type { createSecrets } from "#secrets/mod.ts";
import type { createSql } from "#sql/mod.ts";
import type { Telemetry } from "#telemetry/mod.ts";

/** The deployment itself: one account, one metastore, one workspace, minted at first start. */
export interface Site {
  /** Base of every link, without a trailing slash. */
  readonly public_url: string;
  /** `<public_url>/oidc`. */
  readonly issuer: string;
  readonly account_id: string;
  readonly metastore_id: string;
  /** Numeric, as text. */
  readonly workspace_id: string;
  readonly workspace_name: string;
}

/** The modules as endpoints see them. An endpoint's `run` names the ones it uses. */
export interface Services {
  readonly site: Site;
  readonly gate: Gate;
  readonly identity: Awaited<ReturnType<typeof createIdentity>>;
  readonly catalog: Awaited<ReturnType<typeof createCatalogModule>>;
  readonly secrets: ReturnType<typeof createSecrets>;
  readonly sql: Awaited<ReturnType<typeof createSql>>;
  readonly audit: Awaited<ReturnType<typeof createAudit>>;
  readonly models: Awaited<ReturnType<typeof createModels>>;
  readonly mcp: ReturnType<typeof createMcp>;
  readonly agents: Awaited<ReturnType<typeof createAgents>>;
  readonly gateway: Gateway;
  readonly telemetry: Telemetry;
}
