import type { PrincipalKind } from "../store/directory.ts";
import { scimFault } from "./faults.ts";
import type { Filter } from "./filter.ts";

/** What a filter or an order looks at: a column of principals, or their e-mail addresses. */
export type Field = "id" | "name" | "display_name" | "external_id" | "active" | "given_name" | "family_name" | "emails";

interface Attribute {
  readonly field: Field;
  /** Upper and lower case differ (RFC 7643 section 2.2, caseExact). */
  readonly isExact: boolean;
}

const exact = (field: Field): Attribute => ({ field, isExact: true });
const loose = (field: Field): Attribute => ({ field, isExact: false });

const common = { id: exact("id"), displayname: loose("display_name"), externalid: exact("external_id") };

/** Attributes of each kind by which lists are filtered and ordered, in lower case. */
const attributes: Readonly<Record<PrincipalKind, Readonly<Record<string, Attribute>>>> = {
  user: {
    ...common,
    username: loose("name"),
    active: exact("active"),
    emails: loose("emails"),
    "emails.value": loose("emails"),
    "name.givenname": loose("given_name"),
    "name.familyname": loose("family_name"),
  },
  service_principal: { ...common, applicationid: exact("name"), active: exact("active") },
  group: common,
};

/** What those may ask for who see names alone: an answer to more would tell what they do not see. */
const openToAll: ReadonlySet<Field> = new Set(["id", "display_name"]);

/**
 * The attribute of that name.
 * @throws Fault INVALID_PARAMETER_VALUE (invalidFilter) when there is none that the caller may ask by.
 */
export function attributeOf(kind: PrincipalKind, name: string, seesDetails: boolean): Attribute {
  const known = attributes[kind];
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found && (seesDetails || openToAll.has(found.field))) return found;
  const usable = Object.keys(known).filter((one) => seesDetails || openToAll.has(known[one]!.field));
  throw scimFault(
    "invalidFilter",
    `'${name}' is not an attribute to filter or sort by here: use ${usable.join(", ")}.`,
  );
}

/** A filter on fields of the store. */
export type Condition =
  | (Attribute & { readonly kind: "compare"; readonly operator: "eq" | "ne" | "co" | "sw"; readonly value: string })
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] };

/** The filter on the kind's attributes. @throws Fault as `attributeOf`; also when a truth is compared with anything else. */
export function conditionOf(kind: PrincipalKind, filter: Filter, seesDetails: boolean): Condition {
  if (filter.kind !== "compare")
    return { kind: filter.kind, parts: filter.parts.map((part) => conditionOf(kind, part, seesDetails)) };
  const attribute = attributeOf(kind, filter.attribute, seesDetails);
  const { operator, value } = filter;
  if (attribute.field !== "active") return { kind: "compare", ...attribute, operator, value };
  const truth = value.toLowerCase();
  if ((operator !== "eq" && operator !== "ne") || (truth !== "true" && truth !== "false"))
    throw scimFault("invalidFilter", "'active' is compared by eq or ne with true or false.");
  return { kind: "compare", ...attribute, operator, value: truth };
}
