import { metastore, tagPolicy } from "#kernel/mod.ts";
import type { ChangeTags, CreateGovernedTag, DropGovernedTag } from "../ast/tag.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { targetOf } from "./target.ts";

/** CREATE GOVERNED TAG key [DESCRIPTION d] [VALUES (…)]. */
export async function createGovernedTag(
  ports: SqlPorts,
  session: Session,
  { key, description, values }: CreateGovernedTag,
): Promise<StatementResult> {
  const permit = await ports.gate.enter(session.who, "tag_policy.create", metastore, session.doorway);
  return under(permit, async () => {
    await ports.metastore.createTagPolicy(permit, { key, values, ...(description !== null && { description }) });
    return DONE;
  });
}

/** DROP GOVERNED TAG key. */
export async function dropGovernedTag(
  ports: SqlPorts,
  session: Session,
  { key }: DropGovernedTag,
): Promise<StatementResult> {
  const permit = await ports.gate.enter(session.who, "tag_policy.delete", tagPolicy(key), session.doorway);
  return under(permit, async () => {
    await ports.metastore.deleteTagPolicy(permit);
    return DONE;
  });
}

/** ALTER … SET TAGS and UNSET TAGS, SET TAG ON and UNSET TAG ON. */
export async function changeTags(ports: SqlPorts, session: Session, statement: ChangeTags): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "tags.update", what, session.doorway);
  return under(permit, async () => {
    await ports.metastore.changeTags(permit, statement.column?.text ?? null, statement);
    return DONE;
  });
}
