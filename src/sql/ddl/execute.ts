import type { Statement } from "../ast/statement.ts";
import { explainGovernance } from "../explain/explain.ts";
import { explanationRows } from "../explain/shown.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { runQuery } from "../plan/run.ts";
import type { Session, StatementResult } from "../plan/session.ts";
import { createPolicy, describePolicy, dropPolicy, showPolicies } from "./attribute-policies.ts";
import { createCatalog, createSchema } from "./containers.ts";
import { describe } from "./describe.ts";
import { drop } from "./drop.ts";
import { createFunction } from "./functions.ts";
import { changeGrants, showGrants } from "./grants.ts";
import { insert } from "./insert.ts";
import { changeOwner } from "./owner.ts";
import { changeColumnMask, changeRowFilter } from "./policies.ts";
import { showObjects } from "./show.ts";
import { createTable } from "./tables.ts";
import { changeTags, createGovernedTag, dropGovernedTag } from "./tags.ts";
import { createView } from "./views.ts";

/** Parses and runs one statement that `admit` lets through. @throws Fault whatever is wrong with it, or denied. */
export async function executeText(
  ports: SqlPorts,
  session: Session,
  text: string,
  admit: (statement: Statement) => void,
): Promise<StatementResult> {
  const statement = ports.plans.parse(text);
  admit(statement);
  return execute(ports, session, statement);
}

/** One row per kind of statement; a kind without one does not compile. */
async function execute(ports: SqlPorts, session: Session, statement: Statement): Promise<StatementResult> {
  switch (statement.kind) {
    case "query_statement":
      return runQuery(ports, session, statement.query);
    case "create_catalog":
      return createCatalog(ports, session, statement);
    case "create_schema":
      return createSchema(ports, session, statement);
    case "create_table":
      return createTable(ports, session, statement);
    case "create_view":
      return createView(ports, session, statement);
    case "create_function":
      return createFunction(ports, session, statement);
    case "drop":
      return drop(ports, session, statement);
    case "change_owner":
      return changeOwner(ports, session, statement);
    case "insert":
      return insert(ports, session, statement);
    case "change_row_filter":
      return changeRowFilter(ports, session, statement);
    case "change_column_mask":
      return changeColumnMask(ports, session, statement);
    case "create_policy":
      return createPolicy(ports, session, statement);
    case "drop_policy":
      return dropPolicy(ports, session, statement);
    case "show_policies":
      return showPolicies(ports, session, statement);
    case "describe_policy":
      return describePolicy(ports, session, statement);
    case "create_governed_tag":
      return createGovernedTag(ports, session, statement);
    case "drop_governed_tag":
      return dropGovernedTag(ports, session, statement);
    case "change_tags":
      return changeTags(ports, session, statement);
    case "grant":
    case "revoke":
      return changeGrants(ports, session, statement);
    case "show_grants":
      return showGrants(ports, session, statement);
    case "show_objects":
      return showObjects(ports, session, statement);
    case "describe":
      return describe(ports, session, statement);
    case "use_catalog":
    case "use_schema":
      throw unsupportedFault(
        statement.at,
        "USE",
        "Statements share no session: give `catalog` and `schema` in the request.",
      );
    case "explain_governance":
      return explanationRows(await explainGovernance(ports, session, statement));
    case "explain":
      throw unsupportedFault(
        statement.at,
        "EXPLAIN",
        "A plan would tell of rows and policies that are not yours to see.",
      );
  }
}
