import { type Static, Type } from "typebox";
import { StatementParameter } from "./statement.ts";

/** Our own: how a query would be governed. */
export const ExplainGovernanceRequest = Type.Object({
  /** A query, or EXPLAIN GOVERNANCE of one. */
  statement: Type.String({ minLength: 1 }),
  warehouse_id: Type.String({ minLength: 1 }),
  catalog: Type.Optional(Type.String()),
  schema: Type.Optional(Type.String()),
  parameters: Type.Optional(Type.Array(StatementParameter)),
  /** A principal's name: its decisions instead of the caller's. */
  as: Type.Optional(Type.String({ minLength: 1 })),
});

const text = Type.Union([Type.String(), Type.Null()]);

/** `text` and `definition` are null for who may not read them. */
const policy = { policy: Type.String(), source: text, text, definition: text };

export const GovernanceFinding = Type.Object({
  /** Null for what somebody else's rights lend and the caller may not know of. */
  securable: text,
  type: Type.Union([Type.Literal("TABLE"), Type.Literal("VIEW"), Type.Literal("FUNCTION")]),
  decision: Type.Union([Type.Literal("ALLOWED"), Type.Literal("DENIED")]),
  reason: text,
  granted_by: Type.Array(Type.Object({ privilege: Type.String(), principal: Type.String(), on: Type.String() })),
  lent_by: Type.Array(Type.Object({ type: Type.String(), name: text, owner: text })),
  row_filters: Type.Array(Type.Object(policy)),
  column_masks: Type.Array(Type.Object({ column: Type.String(), ...policy })),
  form: text,
  form_reason: text,
});

export const GovernanceExplanation = Type.Object({
  /** Whose decisions these are. */
  subject: Type.String(),
  findings: Type.Array(GovernanceFinding),
});

export type ExplainGovernanceRequest = Static<typeof ExplainGovernanceRequest>;
export type GovernanceFinding = Static<typeof GovernanceFinding>;
export type GovernanceExplanation = Static<typeof GovernanceExplanation>;
