import type { AgentTables } from "./tables/agents.ts";
import type { AuditTables } from "./tables/audit.ts";
import type { AuthorizationTables } from "./tables/authorization.ts";
import type { BudgetTables } from "./tables/budgets.ts";
import type { CatalogTables } from "./tables/catalog.ts";
import type { GovernanceTables } from "./tables/governance.ts";
import type { IdentityTables } from "./tables/identity.ts";
import type { SecretTables } from "./tables/secrets.ts";
import type { SqlTables } from "./tables/sql.ts";

/** Every table of the control plane; each module describes its own in `tables/<module>.ts`. */
export interface Schema
  extends GovernanceTables,
    IdentityTables,
    CatalogTables,
    SecretTables,
    SqlTables,
    AuditTables,
    AgentTables,
    AuthorizationTables,
    BudgetTables {}
