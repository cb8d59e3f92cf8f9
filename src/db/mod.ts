/**
 * db: the control plane's Postgres: the embedded one, connections, transactions, the schema and its migrations.
 *
 * Owns: the Postgres driver, the embedded cluster and its password, the governance version.
 * Never: knows what a table means; each module's rows are its own store's business.
 * Depends on: kernel (Transaction), wire, base.
 */

export { lockDataDirectory } from "./cluster/lock.ts";
export { type Cluster, startCluster } from "./cluster.ts";
export { Database, openDatabase } from "./database.ts";
export { bumpGovernance } from "./governance.ts";
export { rememberFacts } from "./governed-facts.ts";
export { openSite } from "./site.ts";
export { isDuplicate } from "./transaction.ts";
