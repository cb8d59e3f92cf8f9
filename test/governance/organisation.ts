import {
  type Actor,
  type AttributeFacts,
  type AttributePolicy,
  asItself,
  EVERYONE,
  type Facts,
  inherited,
  lineOf,
  metastore,
  type Obligation,
  type SecurableFacts,
  type Tag,
  type TagCondition,
  type What,
  type Who,
  what,
  workspace,
} from "#kernel/mod.ts";
import { type Privilege, privileges } from "#wire/privileges.ts";
import { isScope, type Scope } from "#wire/scopes.ts";
import { type SecurableType, securables } from "#wire/securables.ts";
import type { Change } from "./case.ts";
import {
  agentOf,
  type Declared,
  type DeclaredCondition,
  type DeclaredPolicy,
  type DeclaredTable,
  declared,
} from "./declared.ts";

/** A securable as declared, with what later changes made of it. */
interface Held {
  owner: string;
  readonly grants: Map<string, Set<Privilege>>;
  policies: readonly Obligation[];
  readonly tags: Map<string, string>;
  attributes: readonly AttributePolicy[];
  /** Of a table: each column with its tags. */
  readonly columns: ReadonlyMap<string, Map<string, string>>;
}

/**
 * The declared organisation in memory: what a decision of the pure kernel rests on. It knows the platform only as the platform
 * is described in world.yaml, so that both can be held against each other.
 */
export class Organisation {
  readonly #held = new Map<string, Held>();
  readonly #above = new Map<string, Set<string>>();
  readonly #inactive = new Set<string>();
  readonly #declared: Declared = declared;

  constructor() {
    const { users, service_principals, groups } = this.#declared;
    for (const [name, above] of Object.entries({ ...users, ...service_principals, ...groups }))
      this.#above.set(name, new Set(above));
    this.#addWorkspace();
    for (const [name, one] of Object.entries(this.#declared.catalogs)) this.#addCatalog(name, one);
  }

  /** Who asks: the subject with its groups at any depth, the token's scopes, and the agent that acts for it or, its principal, as itself. */
  who(name: string, scopes: readonly string[] = ["all-apis"], through?: string): Who {
    const kind = name in this.#declared.users ? "user" : "service_principal";
    const subject = { kind, id: name, name } as const;
    return {
      subject,
      groups: [...this.#groupsOf(name), EVERYONE],
      scopes: scopes.map(scopeOf),
      workspace: "1",
      ...(through !== undefined && { actor: this.#actor(through, subject) }),
    };
  }

  #actor(through: string, subject: Who["subject"]): Actor {
    const agent = this.#declared.agents[through];
    if (!agent) throw new Error(`No agent '${through}' is declared.`);
    const { scopes, resources, itself = [] } = agent;
    const actor = {
      kind: "agent",
      name: through,
      scopes: scopes.map(scopeOf),
      resources: resources.map(whatOf),
    } as const;
    if (agentOf(subject.name) !== through) return actor;
    return asItself({ ...actor, own: { principal: subject, resources: itself.map(whatOf) } })!;
  }

  /** Names under which an owner holds rights when it lends: none when it is deactivated. */
  namesFor(name: string): ReadonlySet<string> {
    if (this.#inactive.has(name)) return new Set();
    return new Set([name, ...this.#groupsOf(name), EVERYONE]);
  }

  ownerOf(one: What): string {
    return this.#find(one).owner;
  }

  isDeclared(one: What): boolean {
    return this.#held.has(keyOf(one));
  }

  facts(one: What): Facts {
    const chain = lineOf(one).flatMap((each): SecurableFacts[] => {
      const held = this.#held.get(keyOf(each));
      if (!held) return [];
      const grants = [...held.grants].map(([principal, given]) => ({ principal, privileges: [...given] }));
      return [{ what: each, owner: held.owner, grants }];
    });
    const self = this.#held.get(keyOf(one));
    const attributes = self && one.type === "TABLE" ? this.#attributes(one, self) : undefined;
    const found = self !== undefined;
    return { what: one, found, chain, policies: self?.policies ?? [], ...(attributes && { attributes }), version: 1 };
  }

  /** None for a view, which has no columns here. */
  #attributes(one: What, self: Held): AttributeFacts | undefined {
    if (self.columns.size === 0) return undefined;
    const line = lineOf(one).flatMap((each) => this.#held.get(keyOf(each)) ?? []);
    const isUngoverned = (key: string) => !this.isDeclared(what("TAG_POLICY", key));
    const policies = line
      .flatMap((each) => each.attributes)
      .map((each) => ({ ...each, ungoverned: each.ungoverned.filter(isUngoverned) }));
    const columns = [...self.columns].map(([name, tags]) => ({ name, tags: tagsOf(tags) }));
    return { policies, tags: inherited(line.map((each) => tagsOf(each.tags))), columns };
  }

  apply(change: Change): void {
    if ("grant" in change) this.#grant(whatOf(change.on), change.to, privilegeOf(change.grant));
    else if ("revoke" in change)
      this.#find(whatOf(change.on)).grants.get(change.from)?.delete(privilegeOf(change.revoke));
    else if ("owner" in change) this.#find(whatOf(change.owner)).owner = change.to;
    else if ("join" in change) this.#above.get(change.member)!.add(change.join);
    else if ("leave" in change) this.#above.get(change.member)!.delete(change.leave);
    else if ("drop_filter" in change) this.#withoutFilter(whatOf(`TABLE ${change.drop_filter}`));
    else if ("deactivate" in change) this.#inactive.add(change.deactivate);
    else if ("tag" in change) this.#tagged(change.on).set(change.tag, change.value);
    else if ("untag" in change) this.#tagged(change.on).delete(change.untag);
    else if ("ungovern" in change) this.#held.delete(keyOf(what("TAG_POLICY", change.ungovern)));
    else {
      const held = this.#find(whatOf(change.on));
      held.attributes = held.attributes.filter((each) => each.name !== change.drop_policy);
    }
  }

  #tagged(on: string): Map<string, string> {
    if (!on.startsWith("COLUMN ")) return this.#find(whatOf(on)).tags;
    const parts = on.slice("COLUMN ".length).split(".");
    return this.#find(whatOf(`TABLE ${parts.slice(0, 3).join(".")}`)).columns.get(parts[3]!)!;
  }

  #addWorkspace(): void {
    const { agents, models, warehouses, secret_scopes, governed_tags } = this.#declared;
    this.#add(workspace, { owner: "admins" });
    this.#add(metastore, { owner: "admins" });
    for (const [key, { grants = {} }] of Object.entries(governed_tags)) this.#add(what("TAG_POLICY", key), { grants });
    for (const [name, one] of Object.entries(warehouses))
      this.#add(what("WAREHOUSE", name), { owner: "admins", ...one });
    for (const [name, one] of Object.entries(secret_scopes)) this.#add(what("SECRET_SCOPE", name), one);
    for (const [name, { grants = {} }] of Object.entries({ ...agents, ...models }))
      this.#add(what("ENDPOINT", name), { grants });
  }

  #addCatalog(name: string, one: Declared["catalogs"][string]): void {
    this.#add(what("CATALOG", name), one);
    for (const [schemaName, schema] of Object.entries(one.schemas ?? {})) {
      const full = `${name}.${schemaName}`;
      this.#add(what("SCHEMA", full), schema);
      for (const [part, table] of Object.entries(schema.tables ?? {}))
        this.#add(what("TABLE", `${full}.${part}`), table, policiesOf(table));
      for (const [part, view] of Object.entries(schema.views ?? {})) this.#add(what("TABLE", `${full}.${part}`), view);
      for (const [part, each] of Object.entries(schema.functions ?? {}))
        this.#add(what("FUNCTION", `${full}.${part}`), each);
      for (const [part, { grants = {} }] of Object.entries(schema.model_services ?? {}))
        this.#add(what("MODEL_SERVICE", `${full}.${part}`), { grants });
    }
  }

  #add(
    one: What,
    said: {
      readonly owner?: string;
      readonly grants?: Readonly<Record<string, readonly string[]>>;
      readonly tags?: Readonly<Record<string, string>>;
      readonly policies?: Readonly<Record<string, DeclaredPolicy>>;
      readonly columns?: string;
      readonly column_tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
    },
    policies: readonly Obligation[] = [],
  ): void {
    const { owner, grants = {}, tags = {}, column_tags = {} } = said;
    const names = said.columns?.split(", ").map((each) => each.split(" ")[0]!) ?? [];
    this.#held.set(keyOf(one), {
      owner: owner ?? this.#declared.administrator,
      grants: new Map(),
      policies,
      tags: new Map(Object.entries(tags)),
      attributes: Object.entries(said.policies ?? {}).map(([name, each]) => attributeOf(one, name, each)),
      columns: new Map(names.map((name) => [name, new Map(Object.entries(column_tags[name] ?? {}))])),
    });
    for (const [privilege, principals] of Object.entries(grants))
      for (const principal of principals) this.#grant(one, principal, privilegeOf(privilege));
  }

  #grant(one: What, principal: string, privilege: Privilege): void {
    const { grants } = this.#find(one);
    grants.set(principal, new Set([...(grants.get(principal) ?? []), privilege]));
  }

  #withoutFilter(one: What): void {
    const held = this.#find(one);
    held.policies = held.policies.filter((each) => each.type !== "row_filter");
  }

  #find(one: What): Held {
    const held = this.#held.get(keyOf(one));
    if (held) return held;
    throw new Error(`${keyOf(one)} is not declared in world.yaml.`);
  }

  #groupsOf(name: string, seen: Set<string> = new Set()): ReadonlySet<string> {
    for (const group of this.#above.get(name) ?? []) {
      if (seen.has(group)) continue;
      seen.add(group);
      this.#groupsOf(group, seen);
    }
    return seen;
  }
}

const keyOf = ({ type, name }: What): string => `${type} ${name}`;

/** Reads `TABLE fleet.ops.incidents`. */
export function whatOf(text: string): What {
  const [type = "", name = ""] = text.split(" ");
  if (!Object.hasOwn(securables, type) || name === "")
    throw new Error(`'${text}' names no securable: write its kind, then its name.`);
  return what(type as SecurableType, name);
}

/** Reads `USE CATALOG`. */
export function privilegeOf(words: string): Privilege {
  const name = words.replaceAll(" ", "_");
  if (Object.hasOwn(privileges, name)) return name as Privilege;
  throw new Error(`'${words}' is no privilege.`);
}

export function scopeOf(word: string): Scope {
  if (isScope(word)) return word;
  throw new Error(`'${word}' is no scope.`);
}

function policiesOf({ row_filter, masks = {} }: DeclaredTable): readonly Obligation[] {
  const columns = (names: readonly string[]) => names.map((column) => ({ kind: "column", column }) as const);
  return [
    ...(row_filter
      ? [
          {
            type: "row_filter",
            policy: row_filter.function,
            function: row_filter.function,
            arguments: columns(row_filter.on),
          } as const,
        ]
      : []),
    ...Object.entries(masks).map(
      ([column, mask]) =>
        ({
          type: "column_mask",
          policy: mask.function,
          column,
          function: mask.function,
          arguments: columns(mask.using ?? []),
        }) as const,
    ),
  ];
}

const tagsOf = (tags: ReadonlyMap<string, string>): readonly Tag[] => [...tags].map(([key, value]) => ({ key, value }));

/** All keys that it asks for stand in `ungoverned`, until the facts say which of them are. */
function attributeOf(on: What, name: string, said: DeclaredPolicy): AttributePolicy {
  const match = Object.entries(said.match ?? {});
  return {
    name,
    on,
    to: said.to,
    except: said.except ?? [],
    when: said.when ? conditionOf(said.when) : null,
    match: match.map(([alias, condition]) => ({ alias, condition: conditionOf(condition) })),
    function: said.filter ?? said.mask!,
    masks: said.on ?? null,
    using: (said.using ?? []).map((one) =>
      typeof one === "string" ? { kind: "alias", alias: one } : { kind: "literal", value: one },
    ),
    ungoverned: [...(said.when ? [said.when] : []), ...match.map(([, condition]) => condition)].flatMap(keysOf),
  };
}

function conditionOf(said: DeclaredCondition): TagCondition {
  if ("has_tag" in said) return { kind: "has_tag", key: said.has_tag };
  if ("has_tag_value" in said)
    return { kind: "has_tag_value", key: said.has_tag_value[0], value: said.has_tag_value[1] };
  if ("not" in said) return { kind: "not", operand: conditionOf(said.not) };
  const kind = "all" in said ? "and" : "or";
  return ("all" in said ? said.all : said.any).map(conditionOf).reduce((left, right) => ({ kind, left, right }));
}

function keysOf(said: DeclaredCondition): readonly string[] {
  if ("has_tag" in said) return [said.has_tag];
  if ("has_tag_value" in said) return [said.has_tag_value[0]];
  if ("not" in said) return keysOf(said.not);
  return ("all" in said ? said.all : said.any).flatMap(keysOf);
}
