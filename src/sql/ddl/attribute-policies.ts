import type { DefinedPolicy, NewPolicy, Outcome } from "#kernel/mod.ts";
import type { CreatePolicy, DescribePolicy, DropPolicy, ShowPolicies } from "../ast/attribute-policy.ts";
import { nameKey } from "../ast/name.ts";
import { objectName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, listing, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { plainValue, refuseOutsideNamed } from "./policy-binding.ts";
import { targetOf } from "./target.ts";

/** CREATE [OR REPLACE] POLICY. What it names is checked where it is kept. */
export async function createPolicy(
  ports: SqlPorts,
  session: Session,
  statement: CreatePolicy,
): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "policies.update", what, session.doorway);
  return under(permit, async () => {
    await refuseOutsideNamed(ports, session, statement.function);
    const { replace } = statement;
    await ports.metastore.createPolicy(permit, policyOf(session, statement), { replace });
    return DONE;
  });
}

/** DROP POLICY name ON target. */
export async function dropPolicy(ports: SqlPorts, session: Session, statement: DropPolicy): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "policies.update", what, session.doorway);
  return under(permit, async () => {
    await ports.metastore.dropPolicy(permit, statement.name.text);
    return DONE;
  });
}

const COLUMNS = ["name", "policy_type", "on_securable_type", "on_securable_fullname", "function_name"];

/** SHOW [EFFECTIVE] POLICIES ON target. Of the effective ones it is said what they do to the table, or that they protect nothing. */
export async function showPolicies(
  ports: SqlPorts,
  session: Session,
  statement: ShowPolicies,
): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "policies.read", what, session.doorway);
  return under(
    permit,
    async () => {
      if (!statement.effective)
        return listing(COLUMNS, (await ports.metastore.policies(permit, { inherited: false })).map(rowOf));
      const found = await ports.metastore.effectivePolicies(permit);
      return listing(
        [...COLUMNS, "effect", "warning"],
        found.map((one) => [...rowOf(one), effectOf(one.outcome), warningOf(one.outcome)]),
      );
    },
    (made) => made.rows.length,
  );
}

/** DESCRIBE POLICY name ON target. */
export async function describePolicy(
  ports: SqlPorts,
  session: Session,
  statement: DescribePolicy,
): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const permit = await ports.gate.enter(session.who, "policies.read", what, session.doorway);
  return under(permit, async () => {
    const found = await ports.metastore.policy(permit, statement.name.text);
    const match = found.match.map((one) => `${one.condition.text}${one.alias === null ? "" : ` AS ${one.alias}`}`);
    const using = found.using.map((one) => (one.kind === "alias" ? one.alias : JSON.stringify(one.value)));
    return listing(
      ["info_name", "info_value"],
      [
        ["Name", found.name],
        ["On Securable", `${found.on.type} ${found.on.name}`],
        ["Policy Type", typeOf(found)],
        ["Function", found.function],
        ["To", found.to.join(", ")],
        ["Except", found.except.join(", ")],
        ["When", found.when?.text ?? ""],
        ["Match Columns", match.join(", ")],
        ["On Column", found.masks ?? ""],
        ["Using Columns", using.join(", ")],
        ["Comment", found.comment ?? ""],
        ["Created By", found.created_by],
        ["Updated By", found.updated_by],
      ],
    );
  });
}

const typeOf = ({ masks }: Pick<NewPolicy, "masks">): string => (masks === null ? "ROW_FILTER" : "COLUMN_MASK");

const rowOf = (one: DefinedPolicy): readonly string[] => [
  one.name,
  typeOf(one),
  one.on.type,
  one.on.name,
  one.function,
];

function effectOf(outcome: Outcome | null): string | null {
  if (!outcome || !("obligations" in outcome)) return null;
  const masked = outcome.obligations.flatMap((one) => (one.type === "column_mask" ? [one.column] : []));
  return masked.length > 0 ? `masks ${masked.join(", ")}` : "filters rows";
}

function warningOf(outcome: Outcome | null): string | null {
  if (!outcome || "obligations" in outcome) return null;
  if ("idle" in outcome) return `It protects nothing here: ${outcome.idle}.`;
  return `Nobody it is for reads the table: [${outcome.refusal.condition}] ${outcome.refusal.detail}.`;
}

/** As the metastore keeps it; aliases do not distinguish case. */
function policyOf(session: Session, statement: CreatePolicy): NewPolicy {
  return {
    name: statement.name.text,
    comment: statement.comment,
    function: objectName(statement.function, session.current),
    to: statement.to.map((one) => one.text),
    except: statement.except.map((one) => one.text),
    when: statement.when,
    match: statement.match.map(({ condition, alias }) => ({ condition, alias: alias && nameKey(alias) })),
    masks: statement.masks && nameKey(statement.masks),
    using: statement.using.map((one) =>
      one.kind === "policy_column"
        ? { kind: "alias", alias: nameKey(one.name) }
        : { kind: "literal", value: plainValue(one.value) },
    ),
  };
}
