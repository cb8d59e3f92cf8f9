import assert from "node:assert/strict";
import type { Who } from "#kernel/mod.ts";
import type { Platform } from "../../src/boot.ts";
import { type Received, statementAnswer } from "./answer.ts";
import type { Change } from "./case.ts";
import { agentOf, declared } from "./declared.ts";
import { scopeOf, whatOf } from "./organisation.ts";

const ALL: readonly string[] = ["all-apis"];

/** The booted platform that holds the organisation, as its callers reach it: over a socket, by tokens of its own identity module. */
export class Workspace {
  readonly warehouse_id: string;
  readonly #platform: Platform;
  readonly #tokens = new Map<string, Promise<string>>();
  /** Application ids of service principals, by the name in world.yaml. */
  readonly #applications: ReadonlyMap<string, string>;

  private constructor(platform: Platform, warehouse_id: string, applications: ReadonlyMap<string, string>) {
    this.#platform = platform;
    this.warehouse_id = warehouse_id;
    this.#applications = applications;
  }

  static async open(platform: Platform): Promise<Workspace> {
    const listed = await platform.services.identity.servicePrincipals.list();
    const nameIn = ({ display_name }: { readonly display_name: string }): string =>
      display_name in declared.agents ? `${display_name}-itself` : display_name;
    const applications = new Map(listed.map((one) => [nameIn(one), one.name]));
    return new Workspace(platform, platform.services.sql.warehouses.own, applications);
  }

  /** What grants to this principal are written to. */
  nameOf(principal: string): string {
    return this.#applications.get(principal) ?? principal;
  }

  /** A token of this caller: personal, on behalf of them for an agent, or of the agent's own principal for the agent. */
  token(as: string, scopes: readonly string[] = ALL, through?: string): Promise<string> {
    const key = `${as} ${scopes.join(" ")} ${through ?? ""}`;
    const known = this.#tokens.get(key);
    if (known) return known;
    const made = through === undefined ? this.#personal(as, scopes) : this.#onBehalfOf(as, scopes, through);
    this.#tokens.set(key, made);
    return made;
  }

  /** Who a personal token of this name stands for, as authentication finds it. */
  async who(as: string, scopes: readonly string[] = ALL): Promise<Who> {
    return this.#platform.services.identity.authenticate(`Bearer ${await this.token(as, scopes)}`);
  }

  async send(token: string, method: string, path: string, body?: object): Promise<Received> {
    const response = await fetch(`http://localhost:${this.#platform.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) as unknown };
  }

  /** Puts a statement to the Statement Execution API. */
  async execute(token: string, statement: string, warehouse_id = this.warehouse_id): Promise<Received> {
    return this.send(token, "POST", "/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" });
  }

  /** Runs a statement of the administrator's. @throws AssertionError when it fails. */
  async must(statement: string): Promise<void> {
    const received = await this.execute(await this.token(declared.administrator), statement);
    assert.equal(statementAnswer(received, received.body).message, undefined, statement);
  }

  /** Sends a request of the administrator's. @throws AssertionError when it is refused. */
  async mustSend(method: string, path: string, body: object): Promise<void> {
    const { status, text } = await this.send(await this.token(declared.administrator), method, path, body);
    assert.equal(status, 200, `${method} ${path}: ${text}`);
  }

  /** Makes a change, as the administrator by statements, or in the directory. */
  async apply(change: Change): Promise<void> {
    const { groups, users } = this.#platform.services.identity;
    const on = (name: string): string => `\`${this.nameOf(name)}\``;
    if ("grant" in change) await this.must(`GRANT ${change.grant} ON ${change.on} TO ${on(change.to)}`);
    else if ("revoke" in change) await this.must(`REVOKE ${change.revoke} ON ${change.on} FROM ${on(change.from)}`);
    else if ("owner" in change) await this.must(`ALTER ${change.owner} OWNER TO ${on(change.to)}`);
    else if ("drop_filter" in change) await this.must(`ALTER TABLE ${change.drop_filter} DROP ROW FILTER`);
    else if ("tag" in change) {
      const value = change.value === "" ? "" : ` = '${change.value}'`;
      await this.must(`SET TAG ON ${change.on} '${change.tag}'${value}`);
    } else if ("untag" in change) await this.must(`UNSET TAG ON ${change.on} '${change.untag}'`);
    else if ("ungovern" in change) await this.must(`DROP GOVERNED TAG ${change.ungovern}`);
    else if ("drop_policy" in change) await this.must(`DROP POLICY ${change.drop_policy} ON ${change.on}`);
    else if ("deactivate" in change) await users.setActive(await this.#id(change.deactivate), false);
    else {
      const group = "join" in change ? change.join : change.leave;
      const found = await groups.find(group);
      const member = await this.#id(change.member);
      if ("join" in change) await groups.addMember(found!.id, member);
      else await groups.removeMember(found!.id, member);
    }
  }

  async #personal(as: string, scopes: readonly string[]): Promise<string> {
    const made = await this.#platform.services.identity.tokens.create(await this.#id(as), {
      scopes: scopes.map(scopeOf),
    });
    return made.token;
  }

  async #onBehalfOf(as: string, scopes: readonly string[], through: string): Promise<string> {
    const agent = declared.agents[through];
    assert.ok(agent, `no agent '${through}' is declared`);
    const actor = {
      kind: "agent" as const,
      name: through,
      scopes: (agent.declared_before ?? agent.scopes).map(scopeOf),
      resources: agent.resources.map(whatOf),
    };
    const who = await this.who(as, scopes);
    const wanted = ALL.map(scopeOf);
    const { identity } = this.#platform.services;
    if (agentOf(as) === through)
      return (await identity.mintAsItself({ ...actor, own: { principal: who.subject, resources: [] } })).token;
    return (await identity.mintOnBehalfOf({ who, actor, scopes: wanted })).token;
  }

  async #id(name: string): Promise<string> {
    const { users, servicePrincipals } = this.#platform.services.identity;
    const found = (await users.find(name)) ?? (await servicePrincipals.find(this.nameOf(name)));
    assert.ok(found, `${name} is in the directory`);
    return found.id;
  }
}
