import { isJsonObject } from "#base/json.ts";
import type { PatchOperation } from "#wire/scim/messages.ts";
import type { PrincipalKind } from "../store/directory.ts";
import { type Draft, textsOf } from "./draft.ts";
import { scimFault } from "./faults.ts";
import { type Filter, parseFilter } from "./filter.ts";

const operations = ["add", "remove", "replace"] as const;
type OperationName = (typeof operations)[number];

/** A path of an operation: `members[value eq "7"]`, `name.givenName`. */
interface Path {
  readonly attribute: string;
  readonly filter?: Filter;
}

/**
 * How an attribute is changed. `ignored`: kept by the server, whatever is sent; for a user's userName and emails that is what
 * databricks-sdk-py `service/iam.py` says of UsersV2API.patch.
 */
type Rule =
  | { readonly kind: "text"; readonly field: "external_id" | "given_name" | "family_name" | "display_name" }
  | { readonly kind: "truth"; readonly field: "active" }
  | { readonly kind: "list"; readonly field: "entitlements" | "roles" | "members" | "groups" }
  | { readonly kind: "ignored" };

const ignored: Rule = { kind: "ignored" };

const common: Readonly<Record<string, Rule>> = {
  displayname: { kind: "text", field: "display_name" },
  externalid: { kind: "text", field: "external_id" },
  entitlements: { kind: "list", field: "entitlements" },
  roles: { kind: "list", field: "roles" },
  groups: { kind: "list", field: "groups" },
  id: ignored,
  schemas: ignored,
  meta: ignored,
};

const active: Rule = { kind: "truth", field: "active" };

const rules: Readonly<Record<PrincipalKind, Readonly<Record<string, Rule>>>> = {
  user: {
    ...common,
    active,
    "name.givenname": { kind: "text", field: "given_name" },
    "name.familyname": { kind: "text", field: "family_name" },
    "name.formatted": ignored,
    username: ignored,
    emails: ignored,
    "emails.value": ignored,
    "emails.type": ignored,
    "emails.primary": ignored,
  },
  service_principal: { ...common, active, applicationid: ignored },
  group: { ...common, members: { kind: "list", field: "members" } },
};

/**
 * The draft after all operations, in order (RFC 7644 section 3.5.2).
 * @throws Fault INVALID_PARAMETER_VALUE with the RFC's reason: invalidSyntax, invalidPath, invalidValue, noTarget.
 */
export function patched(kind: PrincipalKind, draft: Draft, asked: readonly PatchOperation[]): Draft {
  return asked.reduce((present, operation) => applied(kind, present, operation), draft);
}

function applied(kind: PrincipalKind, draft: Draft, { op, path, value }: PatchOperation): Draft {
  const name = operations.find((one) => one === op.toLowerCase());
  if (!name) throw scimFault("invalidSyntax", `'${op}' is not an operation: use ${operations.join(", ")}.`);
  if (path !== undefined && path !== "") return changed(kind, draft, name, pathOf(path), value);
  if (name === "remove") throw scimFault("noTarget", "A remove operation needs a 'path'.");
  if (!isJsonObject(value)) throw scimFault("invalidSyntax", "Without a 'path', 'value' is an object of attributes.");
  return Object.entries(value).reduce((present, [attribute, sent]) => {
    if (attribute.toLowerCase() === "name" && isJsonObject(sent))
      return Object.entries(sent).reduce(
        (inner, [part, text]) => changed(kind, inner, name, pathOf(`name.${part}`), text),
        present,
      );
    return changed(kind, present, name, pathOf(attribute), sent);
  }, draft);
}

/** A schema's name may stand before the attribute; a filter behind it says which of several values. */
function pathOf(text: string): Path {
  const found = /^(?:urn:[\w:.-]+:(?=[A-Za-z]))?([A-Za-z$][\w$]*)(?:\[(.*)\])?(?:\.(\w+))?$/s.exec(text.trim());
  if (!found) throw scimFault("invalidPath", `'${text}' is not a path.`);
  const [, attribute, filter, part] = found;
  return {
    attribute: `${attribute}${part ? `.${part}` : ""}`.toLowerCase(),
    ...(filter !== undefined && { filter: parseFilter(filter) }),
  };
}

function changed(kind: PrincipalKind, draft: Draft, op: OperationName, path: Path, value: unknown): Draft {
  const known = rules[kind];
  const rule = Object.hasOwn(known, path.attribute) ? known[path.attribute]! : undefined;
  if (!rule || (path.filter && rule.kind !== "list" && rule.kind !== "ignored"))
    throw scimFault("invalidPath", `'${path.attribute}' cannot be changed so: use ${Object.keys(known).join(", ")}.`);
  switch (rule.kind) {
    case "ignored":
      return draft;
    case "truth":
      return { ...draft, [rule.field]: op === "remove" ? true : truthOf(path.attribute, value) };
    case "text":
      return { ...draft, [rule.field]: textOf(rule.field, op, value) };
    case "list":
      return { ...draft, [rule.field]: listAfter(draft[rule.field], op, path, value) };
  }
}

/** As text too, as Entra sends it, or as the value of a value, as Terraform does. */
function truthOf(attribute: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  const [only] = Array.isArray(value) ? value : [value];
  const inner = isJsonObject(only) ? only.value : only;
  const text = String(inner).toLowerCase();
  if (text === "true" || text === "false") return text === "true";
  throw scimFault("invalidValue", `'${attribute}' is true or false.`);
}

function textOf(field: string, op: OperationName, value: unknown): string | null {
  if (op === "remove") {
    if (field === "display_name") throw scimFault("mutability", "'displayName' must have a value.");
    return null;
  }
  if (typeof value === "string") return value;
  throw scimFault("invalidValue", `'${field}' is a text.`);
}

function listAfter(present: readonly string[], op: OperationName, path: Path, value: unknown): readonly string[] {
  const { filter } = path;
  if (filter) {
    if (op !== "remove")
      throw scimFault(
        "invalidPath",
        `Only remove takes a filter in its path: name the values of '${path.attribute}' in 'value'.`,
      );
    return present.filter((one) => !matches(filter, one));
  }
  const named = value === undefined ? undefined : valuesOf(path.attribute, value);
  switch (op) {
    case "add":
      return [...new Set([...present, ...(named ?? [])])];
    case "replace":
      return named ?? [];
    case "remove":
      return named === undefined ? [] : present.filter((one) => !named.includes(one));
  }
}

function matches(filter: Filter, value: string): boolean {
  if (filter.kind === "and") return filter.parts.every((part) => matches(part, value));
  if (filter.kind === "or") return filter.parts.some((part) => matches(part, value));
  if (filter.attribute !== "value") throw scimFault("invalidPath", "A filter in a path compares 'value'.");
  const compared = { eq: value === filter.value, ne: value !== filter.value };
  if (filter.operator === "eq" || filter.operator === "ne") return compared[filter.operator];
  return filter.operator === "co" ? value.includes(filter.value) : value.startsWith(filter.value);
}

/** A list of `{value}` or of texts, or one of them. */
function valuesOf(attribute: string, value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return textsOf(
    all.map((one) => {
      const text = isJsonObject(one) ? one.value : one;
      if (typeof text === "string") return { value: text };
      throw scimFault("invalidValue", `Each value of '${attribute}' is an object with a 'value', which is a text.`);
    }),
  );
}
