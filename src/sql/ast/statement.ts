import type { CreatePolicy, DescribePolicy, DropPolicy, ShowPolicies } from "./attribute-policy.ts";
import type { ChangeOwner, CreateCatalog, CreateSchema, Drop, UseCatalog, UseSchema } from "./container.ts";
import type { ExplainGovernance } from "./explain.ts";
import type { Grant, Revoke, ShowGrants } from "./grants.ts";
import type { Position } from "./position.ts";
import type { Query } from "./query.ts";
import type { Describe, ShowObjects } from "./reading.ts";
import type { CreateFunction, CreateView } from "./routine.ts";
import type { ChangeTags, CreateGovernedTag, DropGovernedTag } from "./tag.ts";
import type { ChangeColumnMask, ChangeRowFilter, CreateTable, Insert } from "./writing.ts";

/** `EXPLAIN [FORMATTED | EXTENDED] statement`; how much is asked for is not kept. */
export interface Explain {
  readonly kind: "explain";
  readonly at: Position;
  readonly statement: Statement;
}

/** A query as a statement. */
export interface QueryStatement {
  readonly kind: "query_statement";
  readonly at: Position;
  readonly query: Query;
}

export type Statement =
  | QueryStatement
  | CreateCatalog
  | CreateSchema
  | CreateTable
  | CreateView
  | CreateFunction
  | Drop
  | ChangeOwner
  | Insert
  | ChangeRowFilter
  | ChangeColumnMask
  | CreateGovernedTag
  | DropGovernedTag
  | ChangeTags
  | CreatePolicy
  | DropPolicy
  | ShowPolicies
  | DescribePolicy
  | Grant
  | Revoke
  | ShowGrants
  | ShowObjects
  | Describe
  | UseCatalog
  | UseSchema
  | ExplainGovernance
  | Explain;
