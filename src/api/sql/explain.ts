import { warehouse } from "#kernel/mod.ts";
import { ExplainGovernanceRequest, GovernanceExplanation } from "#wire/sql/explanation.ts";
import { endpoint } from "../endpoint.ts";

/** Our own: EXPLAIN GOVERNANCE as JSON, for the user interface. */
export const explainGovernance = endpoint({
  method: "POST",
  path: "/api/2.0/lakeward/explain-governance",
  scope: "sql.statement-execution",
  input: ExplainGovernanceRequest,
  output: GovernanceExplanation,
  what: (input) => warehouse(input.warehouse_id),
  action: "warehouse.use",
  run: ({ sql }, permit, input, { signal }) => sql.explain(permit, input, signal),
});
