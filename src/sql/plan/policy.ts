import {
  type FunctionDefinition,
  type LentBy,
  type Obligation,
  type PolicyArgument,
  spoken,
  type What,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Expression } from "../ast/expression.ts";
import type { Query } from "../ast/query.ts";
import { isAggregate } from "../functions/mod.ts";
import { parseTypeText } from "../parse/mod.ts";
import type { EnteredRelation } from "./access.ts";
import { cast, column, item, namedTable, query, select, tableAlias, text, truth } from "./build.ts";
import type { Expansion } from "./expansion.ts";
import { inlineExpression, ownAlias } from "./inline.ts";
import type { SqlPorts } from "./ports.ts";
import type { TextScope } from "./scope.ts";
import { OUTSIDE } from "./typed-literal.ts";

type PolicyOf = Extract<Obligation, { readonly function: string }>;

/** A governed table's policies as one SELECT over it: its WHERE is the filter, its items are the masks, in the order of `masked`. */
export interface PolicyQuery {
  readonly query: Query;
  readonly filtered: boolean;
  readonly masked: readonly string[];
}

/**
 * The policies of a permit that matter for the needed columns, their functions' bodies in place of their names. Bodies run on their
 * owners' loans, resolve in their own scope, and read the table under an alias that no text can write.
 * @throws Fault when two filters, or two masks on one column, apply: never the first alone.
 */
export async function policyQuery(
  ports: SqlPorts,
  expansion: Expansion,
  relation: EnteredRelation,
  needed: ReadonlySet<string>,
  scope: TextScope,
): Promise<PolicyQuery> {
  const { permit, columns } = relation;
  const alias = ownAlias(scope.within.length);
  const body = async (policy: PolicyOf, first: readonly PolicyArgument[], type: string): Promise<Expression> => {
    const definition = await ports.metastore.policyRoutine(permit, policy.function);
    const values = valuesOf(definition, [...first, ...policy.arguments], alias);
    if (definition.language === "PYTHON") throw outsidePolicy(permit.what);
    const routine = await expansion.routine(definition, { ...scope, lender: lenderOf(relation) });
    if (routine.body.kind !== "expression") throw unfit(definition);
    const around = { columnsOf: expansion.columnsOf, isAggregate };
    return cast(
      OUTSIDE,
      inlineExpression(OUTSIDE, definition, routine.body.value, values, around),
      parseTypeText(type),
    );
  };
  const filters = permit.obligations.filter((one) => one.type === "row_filter");
  if (filters.length > 1) throw conflict(relation, "row filters");
  const where = filters[0] ? await body(filters[0], [], "BOOLEAN") : null;
  const masks = new Map<string, Expression>();
  for (const mask of permit.obligations) {
    if (mask.type !== "column_mask") continue;
    const target = columns.find((one) => one.name.toLowerCase() === mask.column.toLowerCase());
    if (!target) throw conflict(relation, "masks on a column that is not there");
    if (!needed.has(target.name)) continue;
    if (masks.has(target.name)) throw conflict(relation, `masks on column '${target.name}'`);
    masks.set(target.name, await body(mask, [{ kind: "column", column: target.name }], target.type));
  }
  const items = [...masks].map(([name, value]) => item(OUTSIDE, value, name));
  const shown = items.length > 0 ? items : [item(OUTSIDE, truth(OUTSIDE, true), "present")];
  const from = namedTable(OUTSIDE, permit.what.name.split("."), tableAlias(OUTSIDE, alias));
  return {
    query: query(OUTSIDE, select(OUTSIDE, shown, [from], where)),
    filtered: where !== null,
    masked: [...masks.keys()],
  };
}

function valuesOf(
  definition: FunctionDefinition,
  given: readonly PolicyArgument[],
  alias: string,
): ReadonlyMap<string, Expression> {
  if (given.length > definition.parameters.length) throw unfit(definition);
  return new Map(
    definition.parameters.map((parameter, i) => {
      const argument = given[i];
      if (!argument) throw unfit(definition);
      return [
        parameter.name.toLowerCase(),
        cast(OUTSIDE, plainOf(argument, alias), parseTypeText(parameter.type)),
      ] as const;
    }),
  );
}

function plainOf(argument: PolicyArgument, alias: string): Expression {
  if (argument.kind === "column") return column(OUTSIDE, alias, argument.column);
  const { value } = argument;
  if (value === null) return Object.freeze({ kind: "null_literal", at: OUTSIDE });
  if (typeof value === "boolean") return truth(OUTSIDE, value);
  if (typeof value === "string") return text(OUTSIDE, value);
  return Number.isInteger(value)
    ? Object.freeze({ kind: "integer_literal", at: OUTSIDE, value: BigInt(value), type: "BIGINT" })
    : Object.freeze({ kind: "double_literal", at: OUTSIDE, value, type: "DOUBLE" });
}

/** The loan on which the table itself was reached, so that the record shows the whole chain. */
function lenderOf({ permit }: EnteredRelation): LentBy | null {
  const last = permit.lent_by.at(-1);
  return last ? { ...last, through: permit.lent_by.slice(0, -1) } : null;
}

/** A policy that comes to a Python function or a model was refused when it was set; a function that it names was replaced since. */
export function outsidePolicy(table: What): Fault {
  return new Fault(
    "BAD_REQUEST",
    `The policy of ${spoken(table)} rests on a Python function or a model, which would be handed the rows and values that it is to hide. Ask the owner of the table to set one that is SQL throughout.`,
    { reason: "ROW_COLUMN_ACCESS.PYTHON_FUNCTION", sqlstate: "0A000" },
  );
}

/** A policy's function that no longer fits its table: nobody sees a row until its owner mends it. */
function unfit(definition: FunctionDefinition): Fault {
  return new Fault(
    "BAD_REQUEST",
    `The policy function '${definition.name}' does not fit the table it governs any more. Ask the table's owner to set the policy again.`,
    { reason: "ROW_COLUMN_ACCESS.POLICY_FUNCTION_MISMATCH", sqlstate: "42K0E" },
  );
}

function conflict({ permit }: EnteredRelation, what: string): Fault {
  return new Fault("BAD_REQUEST", `${spoken(permit.what)} has ${what} that exclude each other. Ask its owner.`, {
    reason: "MULTIPLE_POLICIES",
    sqlstate: "42KDJ",
  });
}
