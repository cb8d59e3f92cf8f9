import { fileURLToPath } from "node:url";
import { ADMINS, Doorway, EVERYONE, type What, workspace as workspaceItself } from "#kernel/mod.ts";
import type { Platform } from "../../src/boot.ts";
import {
  agentOf,
  type Declared,
  type DeclaredModelService,
  type DeclaredPolicy,
  type DeclaredTable,
  type DeclaredText,
  declared,
} from "./declared.ts";
import { privilegeOf, scopeOf, whatOf } from "./organisation.ts";
import { policyText } from "./policy-text.ts";
import { Workspace } from "./workspace.ts";

const SECRETS = "/api/2.0/secrets";

type Attributed = Pick<DeclaredTable, "tags" | "policies">;
type Grants = Readonly<Record<string, readonly string[]>> | undefined;

/** Makes the declared organisation on a fresh platform: people by the identity module, all else as its administrator would. */
export async function buildOrganisation(platform: Platform): Promise<void> {
  await addPeople(platform, declared);
  await new Builder(platform, await Workspace.open(platform)).endpoints(declared);
  const workspace = await Workspace.open(platform);
  await joinAgents(platform, workspace, declared);
  const builder = new Builder(platform, workspace);
  await builder.secretScopes(declared);
  await builder.governedTags(declared);
  for (const [name, one] of Object.entries(declared.catalogs)) await builder.catalog(name, one);
  await builder.finish();
}

/** The principals of agents are there since their endpoints were made; their groups are still to come. */
async function joinAgents(
  { services }: Platform,
  workspace: Workspace,
  { service_principals }: Declared,
): Promise<void> {
  const { groups, servicePrincipals } = services.identity;
  for (const [name, above] of Object.entries(service_principals)) {
    if (agentOf(name) === undefined) continue;
    const { id } = (await servicePrincipals.find(workspace.nameOf(name)))!;
    for (const group of above) await groups.addMember((await groups.find(group))!.id, id);
  }
}

async function addPeople({ services }: Platform, { users, service_principals, groups }: Declared): Promise<void> {
  const { identity } = services;
  const ids = new Map<string, string>();
  for (const name of [ADMINS, EVERYONE]) ids.set(name, (await identity.groups.find(name))!.id);
  for (const name of Object.keys(groups)) ids.set(name, (await identity.groups.create({ name })).id);
  for (const name of Object.keys(users)) ids.set(name, (await identity.users.create({ name })).id);
  const programs = Object.entries(service_principals).filter(([name]) => agentOf(name) === undefined);
  for (const [name] of programs) ids.set(name, (await identity.servicePrincipals.create({ display_name: name })).id);
  for (const [member, above] of [...Object.entries({ ...users, ...groups }), ...programs])
    for (const group of above) await identity.groups.addMember(ids.get(group)!, ids.get(member)!);
}

/** Makes securables top down; owners and policies come last, when all that they name is there. */
class Builder {
  readonly #platform: Platform;
  readonly #workspace: Workspace;
  readonly #last: (() => Promise<void>)[] = [];

  constructor(platform: Platform, workspace: Workspace) {
    this.#platform = platform;
    this.#workspace = workspace;
  }

  async governedTags({ governed_tags }: Declared): Promise<void> {
    const { account_id } = this.#platform.services.site;
    for (const [key, { values, grants = {} }] of Object.entries(governed_tags)) {
      const allowed = values.length === 0 ? "" : ` VALUES (${values.map((one) => `'${one}'`).join(", ")})`;
      await this.#workspace.must(`CREATE GOVERNED TAG ${key}${allowed}`);
      const name = `accounts/${account_id}/tagPolicies/${key}/ruleSets/default`;
      const grant_rules = Object.entries(grants).map(([privilege, principals]) => ({
        role: privilege === "ASSIGN" ? "roles/tagPolicy.assigner" : "roles/tagPolicy.manager",
        principals: principals.map((one) => `${one in declared.users ? "users" : "groups"}/${one}`),
      }));
      await this.#workspace.mustSend("PUT", "/api/2.0/preview/accounts/access-control/rule-sets", {
        name,
        rule_set: { name, etag: "", grant_rules },
      });
    }
  }

  /** Tags, then policies by them, when all functions are there. */
  #attributed(type: string, name: string, { tags = {}, policies = {} }: Attributed): void {
    this.#policies.push(async () => {
      for (const [key, value] of Object.entries(tags))
        await this.#workspace.must(`ALTER ${type} ${name} SET TAGS ('${key}' = '${value}')`);
      for (const [policy, said] of Object.entries(policies))
        await this.#workspace.must(policyText(policy, `${type} ${name}`, this.#named(said)));
    });
  }

  /** Programs are named by their application ids. */
  #named(said: DeclaredPolicy): DeclaredPolicy {
    const named = (all: readonly string[]) => all.map((one) => this.#workspace.nameOf(one));
    return { ...said, to: named(said.to), ...(said.except && { except: named(said.except) }) };
  }

  async catalog(name: string, one: Declared["catalogs"][string]): Promise<void> {
    await this.#workspace.must(`CREATE CATALOG ${name}`);
    await this.#granted("CATALOG", name, one.grants);
    this.#attributed("CATALOG", name, one);
    for (const [part, schema] of Object.entries(one.schemas ?? {})) {
      const full = `${name}.${part}`;
      await this.#workspace.must(`CREATE SCHEMA ${full}`);
      await this.#granted("SCHEMA", full, schema.grants);
      this.#attributed("SCHEMA", full, schema);
      for (const [last, table] of Object.entries(schema.tables ?? {})) await this.#table(`${full}.${last}`, table);
      for (const [last, each] of Object.entries(schema.model_services ?? {}))
        await this.#modelService(full, last, each);
      // Texts name tables of schemas that are still to come.
      this.#last.push(async () => {
        for (const [last, each] of Object.entries(schema.functions ?? {}))
          await this.#text("FUNCTION", `${full}.${last}`, each, each.sql);
        for (const [last, each] of Object.entries(schema.views ?? {}))
          await this.#text("VIEW", `${full}.${last}`, each, ` AS ${each.sql}`);
      });
      if (schema.owner) this.#last.push(() => this.#owned("SCHEMA", full, schema.owner!));
    }
    if (one.owner) this.#last.push(() => this.#owned("CATALOG", name, one.owner!));
  }

  async #modelService(parent: string, name: string, one: DeclaredModelService): Promise<void> {
    const destination = {
      name: one.endpoint,
      destination_type: "DESTINATION_TYPE_PAY_PER_TOKEN_FOUNDATION_MODEL",
      pay_per_token_config: { model: `models/system.ai.${one.endpoint}` },
    };
    const path = `/api/2.1/unity-catalog/model-services?parent=schemas/${parent}&model_service_id=${name}`;
    await this.#workspace.mustSend("POST", path, { config: { routing: { destinations: [destination] } } });
    await this.#granted("MODEL_SERVICE", `${parent}.${name}`, one.grants);
  }

  async finish(): Promise<void> {
    for (const step of this.#last) await step();
    for (const step of this.#policies) await step();
  }

  readonly #policies: (() => Promise<void>)[] = [];

  async endpoints({ agents, models, warehouses, administrator }: Declared): Promise<void> {
    const { services } = this.#platform;
    const who = await this.#workspace.who(administrator);
    const request = { request_id: "world", trace_id: "0".repeat(32), source_ip: "127.0.0.1", user_agent: "test" };
    const doorway = new Doorway("http", request);
    const make = async (input: Parameters<typeof services.agents.endpoints.create>[1]): Promise<void> => {
      await using permit = await services.gate.enter(who, "endpoint.create", workspaceItself, doorway);
      await services.agents.endpoints.create(permit, input);
      await permit.settle({ status: "ok" });
    };
    const folder = fileURLToPath(new URL("agent/", import.meta.url));
    const code = { folder, entry: "agent.ts", dependencies: [] };
    const named = (one: string): What => (whatOf(one).type === "WAREHOUSE" ? this.#warehouse() : whatOf(one));
    for (const [name, { scopes, resources, itself = [], grants }] of Object.entries(agents)) {
      const reaches = [
        ...resources.map(named),
        ...itself.map((one) => ({ ...named(one), method: "automatic_passthrough" as const })),
      ];
      await make({ kind: "agent", name, description: name, code, scopes: scopes.map(scopeOf), resources: reaches });
      await this.#levels("serving-endpoints", name, grants);
    }
    for (const [name, { grants }] of Object.entries(models)) {
      await make({ kind: "foundation_model", name, description: name, model: services.models.preferred });
      await this.#levels("serving-endpoints", name, grants);
    }
    for (const { grants } of Object.values(warehouses))
      await this.#levels("warehouses", this.#workspace.warehouse_id, grants);
  }

  async secretScopes({ secret_scopes }: Declared): Promise<void> {
    for (const [scope, { grants }] of Object.entries(secret_scopes)) {
      await this.#workspace.mustSend("POST", `${SECRETS}/scopes/create`, { scope });
      await this.#workspace.mustSend("POST", `${SECRETS}/put`, { scope, key: "code", string_value: "1234" });
      for (const [permission, principals] of Object.entries(grants ?? {}))
        for (const one of principals)
          await this.#workspace.mustSend("POST", `${SECRETS}/acls/put`, {
            scope,
            permission,
            principal: this.#workspace.nameOf(one),
          });
    }
  }

  async #table(name: string, one: DeclaredTable): Promise<void> {
    await this.#workspace.must(`CREATE TABLE ${name} (${one.columns})`);
    const rows = one.rows.map((row) => `(${row.map((cell) => this.#literal(cell)).join(", ")})`);
    await this.#workspace.must(`INSERT INTO ${name} VALUES ${rows.join(", ")}`);
    await this.#granted("TABLE", name, one.grants);
    this.#attributed("TABLE", name, one);
    this.#policies.push(async () => {
      const { row_filter, masks = {}, owner, column_tags = {} } = one;
      for (const [column, tags] of Object.entries(column_tags))
        for (const [key, value] of Object.entries(tags))
          await this.#workspace.must(
            `ALTER TABLE ${name} ALTER COLUMN ${column} SET TAGS ('${key}'${value === "" ? "" : ` = '${value}'`})`,
          );
      if (row_filter)
        await this.#workspace.must(
          `ALTER TABLE ${name} SET ROW FILTER ${row_filter.function} ON (${row_filter.on.join(", ")})`,
        );
      for (const [column, mask] of Object.entries(masks)) {
        const using = mask.using ? ` USING COLUMNS (${mask.using.join(", ")})` : "";
        await this.#workspace.must(`ALTER TABLE ${name} ALTER COLUMN ${column} SET MASK ${mask.function}${using}`);
      }
      if (owner) await this.#owned("TABLE", name, owner);
    });
  }

  async #text(word: "VIEW" | "FUNCTION", name: string, one: DeclaredText, text: string): Promise<void> {
    await this.#workspace.must(`CREATE ${word} ${name}${text}`);
    await this.#granted(word === "VIEW" ? "TABLE" : word, name, one.grants);
    if (one.owner) await this.#owned(word, name, one.owner);
  }

  async #owned(word: string, name: string, owner: string): Promise<void> {
    await this.#workspace.must(`ALTER ${word} ${name} OWNER TO \`${this.#workspace.nameOf(owner)}\``);
  }

  async #granted(type: string, name: string, grants: Grants): Promise<void> {
    const changes = Object.entries(grants ?? {}).flatMap(([privilege, principals]) =>
      principals.map((one) => ({ principal: this.#workspace.nameOf(one), add: [privilegeOf(privilege)] })),
    );
    if (changes.length === 0) return;
    const path = `/api/2.1/unity-catalog/permissions/${type.toLowerCase()}/${name}`;
    await this.#workspace.mustSend("PATCH", path, { changes });
  }

  async #levels(kind: string, id: string, grants: Grants): Promise<void> {
    const access_control_list = Object.entries(grants ?? {}).flatMap(([permission_level, principals]) =>
      principals.map((one) => ({ [one in declared.users ? "user_name" : "group_name"]: one, permission_level })),
    );
    if (access_control_list.length === 0) return;
    await this.#workspace.mustSend("PATCH", `/api/2.0/permissions/${kind}/${id}`, { access_control_list });
  }

  #warehouse() {
    return { type: "WAREHOUSE", name: this.#workspace.warehouse_id } as const;
  }

  #literal(cell: string | number | null): string {
    if (typeof cell !== "string") return String(cell ?? "NULL");
    return `'${this.#workspace.nameOf(cell)}'`;
  }
}
