import { assertPermit, observed, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { ExplainGovernanceRequest, GovernanceExplanation } from "#wire/sql/explanation.ts";
import type { ExplainGovernance } from "../ast/explain.ts";
import { explainGovernance } from "../explain/explain.ts";
import { shownExplanation } from "../explain/shown.ts";
import { parseStatement } from "../parse/mod.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { readParameters } from "./parameters.ts";
import { readOrder } from "./request.ts";

/**
 * EXPLAIN GOVERNANCE without a statement's life around it: a plan is made while the caller waits.
 * @throws Fault for anything but a query, whatever is wrong with it, and what the caller may not manage, when it is for somebody else.
 */
export async function explainStatement(
  ports: SqlPorts,
  permit: Permit<"warehouse.use">,
  { as, ...request }: ExplainGovernanceRequest,
  signal: AbortSignal,
): Promise<GovernanceExplanation> {
  assertPermit(permit, "warehouse.use");
  const { text, current, limits } = readOrder(request);
  const session = {
    ...{ who: permit.who, doorway: permit.doorway.into("sql"), current, limits, signal },
    ...{ parameters: readParameters(request.parameters ?? []), statement_id: ports.ids.uuid() },
  };
  return await observed(ports.observer, session.doorway, async (note) => {
    note({ operation: "explain_governance" });
    return shownExplanation(await explainGovernance(ports, session, explainedOf(text, as)));
  });
}

function explainedOf(text: string, as: string | undefined): Pick<ExplainGovernance, "query" | "as"> {
  const statement = parseStatement(text);
  if (statement.kind === "query_statement") return { query: statement.query, as: as ?? null };
  if (statement.kind !== "explain_governance")
    throw new Fault("BAD_REQUEST", "Only a query is explained here, and nothing was done. Send one.", {
      reason: "UNSUPPORTED_FEATURE",
      sqlstate: "0A000",
    });
  if (as !== undefined && statement.as !== null && as !== statement.as)
    throw new Fault("INVALID_PARAMETER_VALUE", "'as' and the statement name different principals: leave one out.");
  return { query: statement.query, as: as ?? statement.as };
}
