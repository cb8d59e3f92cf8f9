/**
 * kernel: who x what x action -> decision + obligations + record.
 *
 * Owns: the actions, the decision, the gate and its permits, the doors, and the ports through which modules meet.
 * Never: I/O, a clock of its own, randomness.
 * Depends on: wire, base.
 */
export { type Action, actions, type Need } from "./actions.ts";
export {
  type AttributeArgument,
  type AttributeFacts,
  type AttributePolicy,
  type Outcome,
  outcomeOf,
} from "./attributes.ts";
export type { Basis } from "./basis.ts";
export { type Decision, decide, isKnown } from "./decide.ts";
export { type DoorName, Doorway, type RequestInfo } from "./doors.ts";
export type { Facts, Grant, SecurableFacts } from "./facts.ts";
export { type Explained, type Explaining, Gate, type LentBy, noTokens } from "./gate.ts";
export { identityOf } from "./identity-of.ts";
export type { ColumnFlow, Hop, Lineage, ReadRelation } from "./lineage.ts";
export { type Method, methodFor, type WorkspaceMethod } from "./method.ts";
export type { ColumnMask, Obligation, PolicyArgument, RowFilter } from "./obligations.ts";
export { assertPermit, isPermit, type Permit } from "./permit.ts";
export type { ActorSource, AgentPrincipals, OnBehalfOf } from "./ports/actors.ts";
export type { AttributePolicies, ConditionText, DefinedPolicy, NewPolicy } from "./ports/attribute-policies.ts";
export type { AuditSink, AuditTrail } from "./ports/audit.ts";
export type { FactSource, GroupSource } from "./ports/facts.ts";
export type {
  ColumnDefinition,
  FunctionDefinition,
  MaskBinding,
  Metastore,
  Ownable,
  ParameterDefinition,
  PolicyBinding,
  TableDefinition,
  ViewDefinition,
} from "./ports/metastore.ts";
export type { NamedRights } from "./ports/named-rights.ts";
export { type Observer, observed, type PassageEnd, type RequestEnd, unobserved } from "./ports/observer.ts";
export type { Scan, ScanColumn } from "./ports/scan.ts";
export type { Sealed, Sealing } from "./ports/sealing.ts";
export type { SecretSource } from "./ports/secrets.ts";
export type { SecurableRegister } from "./ports/securables.ts";
export type { PolicyVerdict, ServicePolicies, ServicePolicy } from "./ports/service-policies.ts";
export type { ServiceDefinition, Services, ServiceType } from "./ports/services.ts";
export type { JournalRow, RowJournal, RowTables, Sink, StagedRows } from "./ports/sink.ts";
export type { AssignedTag, Tagging, TagPolicy } from "./ports/tags.ts";
export type { Transaction, Transactions } from "./ports/transaction.ts";
export type { DecisionRecord, RecordKey } from "./record.ts";
export { passageSpanId, permitSpanId, requestSpanId, traceHeadersOf } from "./spans.ts";
export { inherited, type Tag, type TagCondition, tagsNamed } from "./tags.ts";
export type { Attempt, BudgetAlert, Cost, Finding, ModelUsage } from "./usage.ts";
export {
  authorization,
  catalog,
  endpoint,
  fn,
  group,
  lineOf,
  metastore,
  modelProviderService,
  modelService,
  same,
  schema,
  secretScope,
  servicePrincipal,
  spoken,
  statement,
  table,
  tagPolicy,
  token,
  user,
  type What,
  warehouse,
  what,
  workspace,
} from "./what.ts";
export {
  type Actor,
  ADMINS,
  asItself,
  EVERYONE,
  namesOf,
  type Principal,
  type Restriction,
  scopesOf,
  type Who,
} from "./who.ts";
