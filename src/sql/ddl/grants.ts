import type { Grant, Revoke, ShowGrants } from "../ast/grants.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, listing, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { targetOf } from "./target.ts";

/** GRANT privileges ON target TO principal, and REVOKE privileges ON target FROM principal. */
export async function changeGrants(
  ports: SqlPorts,
  session: Session,
  statement: Grant | Revoke,
): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "grants.update", what, session.doorway);
  const { privileges } = statement;
  const [add, remove] = statement.kind === "grant" ? [privileges, []] : [[], privileges];
  return under(permit, async () => {
    await ports.metastore.changeGrants(permit, [{ principal: statement.principal.text, add, remove }]);
    return DONE;
  });
}

/** SHOW GRANTS [principal] ON target: the grants made on the target itself, as Databricks names the columns. */
export async function showGrants(ports: SqlPorts, session: Session, statement: ShowGrants): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "grants.read", what, session.doorway);
  return under(
    permit,
    async () => {
      const grants = await ports.metastore.grants(permit);
      const wanted = statement.principal?.text;
      const rows = grants
        .filter((grant) => wanted === undefined || grant.principal === wanted)
        .flatMap((grant) =>
          grant.privileges.map((held) => [grant.principal, held.replaceAll("_", " "), what.type, what.name]),
        );
      return listing(["Principal", "ActionType", "ObjectType", "ObjectKey"], rows);
    },
    (made) => made.rows.length,
  );
}
