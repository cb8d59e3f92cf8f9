import type { GovernanceExplanation, GovernanceFinding } from "#wire/sql/explanation.ts";
import type { StatementResult } from "../plan/session.ts";
import { NO_POLICIES } from "../plan/session.ts";
import { type Explanation, type Finding, formReasons } from "./explanation.ts";

/** An explanation in the wire's shape; ownership is called OWNER among what lets something pass. */
export function shownExplanation({ subject, findings }: Explanation): GovernanceExplanation {
  return { subject, findings: findings.map(shownFinding) };
}

function shownFinding({ name, granted_by, lent_by, row_filters, column_masks, ...one }: Finding): GovernanceFinding {
  return {
    securable: name,
    type: one.type,
    decision: one.decision,
    reason: one.reason,
    granted_by: granted_by.map(({ privilege, principal, on }) => ({
      privilege: privilege ?? "OWNER",
      principal,
      on: `${on.type} ${on.name}`,
    })),
    lent_by: [...lent_by],
    row_filters: [...row_filters],
    column_masks: [...column_masks],
    form: one.form,
    form_reason: one.form && formReasons[one.form],
  };
}

const POLICY = "policy:STRING,source:STRING,text:STRING,definition:STRING";

// biome-ignore format: a table is read in columns
const types: Readonly<Record<keyof GovernanceFinding, string>> = {
  securable:    "STRING",
  type:         "STRING",
  decision:     "STRING",
  reason:       "STRING",
  granted_by:   "ARRAY<STRUCT<privilege:STRING,principal:STRING,on:STRING>>",
  lent_by:      "ARRAY<STRUCT<type:STRING,name:STRING,owner:STRING>>",
  row_filters:  `ARRAY<STRUCT<${POLICY}>>`,
  column_masks: `ARRAY<STRUCT<column:STRING,${POLICY}>>`,
  form:         "STRING",
  form_reason:  "STRING",
};

/** An explanation as rows: one for each table, view and function, by each way to it. Complex values are JSON, as from the engine. */
export function explanationRows(explanation: Explanation): StatementResult {
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  const rows = shownExplanation(explanation).findings.map((finding) =>
    Object.keys(types).map((name) => {
      const value = finding[name as keyof GovernanceFinding];
      return typeof value === "string" || value === null ? value : JSON.stringify(value);
    }),
  );
  return { columns, rows, truncated: false, governed: NO_POLICIES };
}
