import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelEndpoint } from "#agents/mod.ts";
import { createPricing } from "#audit/mod.ts";
import { type LogFields, silentLog } from "#base/log.ts";
import { Database, openDatabase } from "#db/mod.ts";
import type { ModelUsage } from "#kernel/mod.ts";
import type { AlertConfiguration } from "#wire/billing/budgets.ts";
import { faultOf } from "#wire/errors.ts";
import { createBudgets } from "../../../src/gateway/budgets/mod.ts";
import { type Budget, budgetStore } from "../../../src/gateway/budgets/store.ts";
import { countingProxy } from "../../world/counting-proxy.ts";
import { freshDatabase } from "../../world/database.ts";

const SHARED = "ALERT_CONFIGURATION_SCOPE_TYPE_SHARED";
const PER_USER = "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";
/** A dollar for a million tokens read, two for a million said. */
const pricing = createPricing([["openai", "m", 1, null, 2]]);

const who = (id: string) => ({ subject: { kind: "user", id, name: `u${id}` }, groups: [] }) as const;
const endpoint: ModelEndpoint = {
  id: "e",
  name: "advisor",
  description: "",
  creator: "ada",
  created_at_ms: 0,
  updated_at_ms: 0,
  config_version: 1,
  ai_gateway: {},
  tags: [],
  kind: "external_model",
  task: "llm/v1/chat",
  entities: [
    {
      name: "m",
      source: { kind: "external", provider: "openai", model: "m", task: "llm/v1/chat", settings: {}, credentials: {} },
    },
  ],
  routes: [{ entity: "m", percentage: 100 }],
};
const alert = (quantity_threshold: string, more: Partial<AlertConfiguration> = {}): AlertConfiguration => ({
  alert_configuration_id: "a",
  time_period: "MONTH",
  trigger_type: "CUMULATIVE_SPENDING_EXCEEDED",
  quantity_type: "LIST_PRICE_DOLLARS_USD",
  quantity_threshold,
  scope_type: SHARED,
  action_configurations: [{ action_configuration_id: "b", action_type: "BLOCK_USAGE" }],
  ...more,
});
const quiet = { action_configurations: [] };
const budget = (id: string, ...alert_configurations: AlertConfiguration[]): Budget => ({
  id,
  display_name: `budget ${id}`,
  resource_type: "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY",
  alert_configurations,
  created_at_ms: 0,
  updated_at_ms: 0,
});

/** What a question takes that reads so many tokens and says so many: a thousandth of a dollar for a thousand read. */
const asks = (input_tokens: number, output_tokens: number) => ({
  input_tokens,
  firm_tokens: input_tokens + output_tokens,
  likely_tokens: 0,
});
const unbounded = (input_tokens: number) => ({ input_tokens, firm_tokens: input_tokens, likely_tokens: 1_024 });
const used = (input_tokens: number, output_tokens: number): ModelUsage => ({
  endpoint_id: "e",
  destination: { name: "m", provider: "openai", model: "m" },
  status_code: 200,
  input_tokens,
  output_tokens,
  input_characters: 0,
  output_characters: 0,
  isStreaming: false,
  api: "chat",
  attempts: [],
  findings: [],
});

interface World extends AsyncDisposable {
  readonly stage: { now_ms: number };
  readonly warned: LogFields[];
  /** One server or the other. */
  any(): ReturnType<typeof createBudgets>;
  readonly spent: (id: string, principal_id?: string) => Promise<number>;
}

async function world(...budgets: readonly Budget[]): Promise<World> {
  const database = await freshDatabase();
  const other = await openDatabase({ url: database.url });
  const stage = { now_ms: Date.UTC(2026, 10, 24) };
  const warned: LogFields[] = [];
  const log = { ...silentLog, warn: (fields: LogFields) => void warned.push(fields) };
  const ports = { clock: { now_ms: () => stage.now_ms }, log, pricing, groups: async () => [] };
  const servers = [database.db, other].map((db) => createBudgets({ ...ports, db }));
  const store = budgetStore(database.db);
  for (const one of budgets) await database.db.run((transaction) => store.insert(transaction, one));
  let turn = 0;
  return {
    stage,
    warned,
    any: () => servers[turn++ % servers.length]!,
    spent: async (budget_id, principal_id = "") => {
      const { year, month } = {
        year: new Date(stage.now_ms).getUTCFullYear(),
        month: new Date(stage.now_ms).getUTCMonth(),
      };
      return (await store.spent([{ budget_id, principal_id }], Date.UTC(year, month, 1)))[0]! / 1e9;
    },
    [Symbol.asyncDispose]: async () => {
      await other.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

const refusal = async (asked: Promise<unknown>) => {
  const thrown: unknown = await asked.then(
    () => assert.fail("it was let through"),
    (one: unknown) => one,
  );
  const fault = faultOf(thrown);
  assert.equal(fault.code, "PERMISSION_DENIED", String(thrown));
  return fault;
};

const through = async <T>(asked: readonly Promise<T>[]): Promise<readonly T[]> => {
  const settled = await Promise.allSettled(asked);
  for (const one of settled)
    if (one.status === "rejected") assert.equal(faultOf(one.reason).code, "PERMISSION_DENIED", String(one.reason));
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
};

test("fifty at once on two servers hold as much as there is, and not a billionth more", async () => {
  await using of = await world(budget("b", alert("0.0203")));
  const held = await through(
    Array.from({ length: 50 }, (_, i) => of.any().hold(who(`${i}`), endpoint, asks(500, 250))),
  );
  assert.equal(held.length, 20, "a thousandth of a dollar each");
  await Promise.all(held.map((one) => one.settle(used(500, 250))));
  assert.equal(await of.spent("b"), 0.02);
  await of.any().hold(who("1"), endpoint, asks(300, 0));
  await refusal(of.any().hold(who("1"), endpoint, asks(1, 0)));
});

test("fifty at once of several budgets, shared and each one's own, hold of all of theirs or of none", async () => {
  await using of = await world(
    budget("z", alert("0.030"), alert("0.004", { scope_type: PER_USER })),
    budget("a", alert("0.012")),
  );
  const held = await through(
    Array.from({ length: 50 }, (_, i) => of.any().hold(who(`${i % 5}`), endpoint, asks(1_000, 0))),
  );
  assert.equal(held.length, 12);
  await Promise.all(held.map((one) => one.settle(used(1_000, 0))));
  assert.deepEqual([await of.spent("a"), await of.spent("z")], [0.012, 0.012]);
  const own = await Promise.all(["0", "1", "2", "3", "4"].map((id) => of.spent("z", id)));
  assert.ok(own.every((one) => one <= 0.004));
  assert.equal(own.reduce((sum, one) => sum + one, 0).toFixed(9), "0.012000000");
});

test("no more is spent than the budget and what questions under way took beyond what was held for them", async () => {
  await using of = await world(budget("b", alert("0.010")));
  let over = 0;
  const asked = Array.from({ length: 50 }, async (_, i) => {
    const one = await of.any().hold(who(`${i}`), endpoint, asks(1_000, 0));
    const tokens = i % 2 === 0 ? 400 : 1_600;
    over += Math.max(0, tokens - 1_000) / 1e6;
    await one.settle(used(tokens, 0));
  });
  await through(asked);
  const spent = await of.spent("b");
  assert.ok(spent >= 0.009 && spent <= 0.01 + over + 1e-9, `${spent} spent, ${over} beyond`);
});

test("a question with a bound of any number of tokens is refused by what blocks, and holds nothing of what only tells", async () => {
  const most = asks(1, Number.MAX_SAFE_INTEGER - 1);
  await using of = await world(budget("b", alert("1000000")));
  assert.match((await refusal(of.any().hold(who("1"), endpoint, most))).message, /less left of its limit of \$1000000/);
  await of.any().hold(who("1"), endpoint, asks(1, 1));
  await using telling = await world(budget("b", alert("1", quiet)));
  const held = await Promise.all(Array.from({ length: 50 }, () => telling.any().hold(who("1"), endpoint, most)));
  await Promise.all(held.map((one) => one.settle(used(1, 1))));
  assert.equal(await telling.spent("b"), 0.000_15);
});

test("what was not spent is free again, once, and what failed costs nothing", async () => {
  await using of = await world(budget("b", alert("0.010")));
  const first = await of.any().hold(who("1"), endpoint, asks(10_000, 0));
  await refusal(of.any().hold(who("2"), endpoint, asks(1, 0)));
  await first.settle(used(4_000, 0));
  await first.settle(used(4_000, 0));
  assert.equal(await of.spent("b"), 0.004);
  const { destination: _, ...unasked } = used(0, 0);
  await (await of.any().hold(who("2"), endpoint, asks(6_000, 0))).settle(unasked);
  await of.any().hold(who("2"), endpoint, asks(6_000, 0));
  await refusal(of.any().hold(who("2"), endpoint, asks(1, 0)));
});

test("an answer without a bound holds what most take, or what is left of the budget", async () => {
  await using of = await world(budget("b", alert("0.001")));
  const one = await of.any().hold(who("1"), endpoint, unbounded(100));
  await refusal(of.any().hold(who("1"), endpoint, asks(1, 0)));
  await one.settle(used(100, 50));
  assert.equal(await of.spent("b"), 0.0002);
});

test("a month begins with nothing spent, and what is settled late is spent in the month in which it was asked", async () => {
  await using of = await world(budget("b", alert("0.001")));
  const late = await of.any().hold(who("1"), endpoint, asks(1_000, 0));
  const { message } = await refusal(of.any().hold(who("1"), endpoint, asks(1, 0)));
  assert.match(
    message,
    /^Budget "budget b" \(b\) has reached its limit of \$0\.001 in this month\. It begins anew on 2026-12-01 \(UTC\)\. Ask an administrator/,
  );
  of.stage.now_ms = Date.UTC(2026, 11, 1);
  const next = await of.any().hold(who("1"), endpoint, asks(1_000, 0));
  await late.settle(used(1_000, 0));
  assert.equal(await of.spent("b"), 0);
  await next.settle(used(600, 0));
  assert.equal(await of.spent("b"), 0.0006);
  of.stage.now_ms = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
  assert.match(
    (await refusal(of.any().hold(who("1"), endpoint, asks(401, 0)))).message,
    /has less left of its limit of \$0\.001 in this month than this question may cost, which is \$0\.000401: shorten it, .* anew on 2027-01-01/,
  );
});

test("a threshold is passed once, by whichever question brings it there, and nothing else is told of it", async () => {
  await using of = await world(
    budget("b", alert("0.005", quiet), alert("0.010", quiet), alert("0.003", { ...quiet, scope_type: PER_USER })),
  );
  const asked = Array.from({ length: 20 }, async (_, i) => {
    const held = await of.any().hold(who(`${i % 2}`), endpoint, asks(1_000, 0));
    return await held.settle(used(1_000, 0));
  });
  const alerts = (await Promise.all(asked)).flatMap(({ budget_alerts = [] }) => budget_alerts);
  const told = alerts.map(({ threshold, scope }) => `${scope} ${threshold}`).sort();
  assert.deepEqual(told, ["per_user 0.003", "per_user 0.003", "shared 0.005", "shared 0.01"]);
  assert.equal(of.warned.length, 4);
  assert.equal(await of.spent("b"), 0.02, "what only tells, stops nobody");
});

test("a model whose price nobody said is not let through a budget that blocks, and counts nothing of one that tells", async () => {
  const [entity] = endpoint.entities;
  const unknown = {
    ...endpoint,
    entities: [{ ...entity!, source: { ...entity!.source, model: "new" } }],
  } as ModelEndpoint;
  await using blocking = await world(budget("b", alert("100")));
  assert.match(
    (await refusal(blocking.any().hold(who("1"), unknown, asks(1, 0)))).message,
    /what the model 'openai new' costs is not known.*'models\.prices' in lakeward\.yaml/,
  );
  await using telling = await world(budget("b", alert("100", quiet)));
  await (await telling.any().hold(who("1"), unknown, asks(1, 0))).settle(used(1, 0));
});

test("the dearest model that may answer is what is held for, and no other", async () => {
  const dear = createPricing([
    ["openai", "m", 1, null, 2],
    ["openai", "dear", 100, null, 200],
  ]);
  await using database = await freshDatabase();
  const budgets = createBudgets({ db: database.db, clock: { now_ms: () => 0 }, pricing: dear, groups: async () => [] });
  await database.db.run((transaction) => budgets.store.insert(transaction, budget("b", alert("0.05"))));
  const [entity] = endpoint.entities;
  const entities = [entity!, { name: "dear", source: { ...entity!.source, model: "dear" } }];
  const both = { ...endpoint, entities } as ModelEndpoint;
  await budgets.hold(who("1"), both, asks(1_000, 0));
  const falling = { ...both, ai_gateway: { fallback_config: { enabled: true } } };
  await refusal(budgets.hold(who("1"), falling, asks(1_000, 0)));
  const routes = [
    { entity: "m", percentage: 99 },
    { entity: "dear", percentage: 1 },
  ];
  await refusal(budgets.hold(who("1"), { ...both, routes }, asks(1_000, 0)));
});

test("a budget that is changed counts at once, with what was spent already; one that is gone stops nobody", async () => {
  await using database = await freshDatabase();
  const budgets = createBudgets({ db: database.db, clock: { now_ms: () => 0 }, pricing, groups: async () => [] });
  const { store } = budgets;
  await database.db.run((transaction) => store.insert(transaction, budget("b", alert("0.001"))));
  const held = await budgets.hold(who("1"), endpoint, asks(1_000, 0));
  await refusal(budgets.hold(who("1"), endpoint, asks(1_000, 0)));
  await database.db.run((transaction) => store.update(transaction, budget("b", alert("0.002"))));
  const second = await budgets.hold(who("1"), endpoint, asks(1_000, 0));
  await database.db.run((transaction) => store.remove(transaction, "b"));
  for (const one of [held, second]) assert.deepEqual((await one.settle(used(1_000, 0))).cost?.usd, 0.001);
  await budgets.hold(who("1"), endpoint, asks(1_000_000, 0));
});

test("what cannot be counted is not let through, and the answer that was given is told what it cost", async () => {
  await using database = await freshDatabase();
  const proxy = await countingProxy(database.url);
  const db = new Database(proxy.url, silentLog);
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_: LogFields, message: string) => void warned.push(message) };
  const budgets = createBudgets({ db, clock: { now_ms: () => 0 }, log, pricing, groups: async () => [] });
  await database.db.run((transaction) => budgets.store.insert(transaction, budget("b", alert("1"))));
  const held = await budgets.hold(who("1"), endpoint, asks(1, 1));
  await proxy[Symbol.asyncDispose]();
  const thrown: unknown = await budgets.hold(who("1"), endpoint, asks(1, 1)).catch((one: unknown) => one);
  assert.equal(faultOf(thrown).code, "TEMPORARILY_UNAVAILABLE", String(thrown));
  assert.equal((await held.settle(used(1, 1))).cost?.usd, 0.000_003);
  assert.ok(warned.some((one) => /could not be counted: it stays held/.test(one)));
  await db.close();
});

test("Postgres is asked once before a question and once after it, however many budgets there are, and never without one", async () => {
  await using database = await freshDatabase();
  await using proxy = await countingProxy(database.url);
  const db = new Database(proxy.url, silentLog);
  const budgets = createBudgets({ db, clock: { now_ms: () => 0 }, pricing, groups: async () => [] });
  const questions = 20;
  const ask = async (): Promise<number> => {
    const before = proxy.roundTrips();
    for (let i = 0; i < questions; i += 1)
      await (await budgets.hold(who("1"), endpoint, asks(1, 1))).settle(used(1, 1));
    return proxy.roundTrips() - before;
  };
  const settled = async (): Promise<number> => {
    // Until the channel of changes stands, budgets are read for each question; then a version once in a second.
    for (let turn = 0; turn < 20; turn += 1) if ((await ask()) < 3 * questions) break;
    return await ask();
  };
  const VERSIONS_MAX = 5;
  assert.ok((await settled()) <= VERSIONS_MAX);
  for (const id of ["a", "b", "c"])
    await database.db.run((transaction) =>
      budgets.store.insert(transaction, budget(id, alert("1"), alert("1", { scope_type: PER_USER }))),
    );
  await new Promise((heard) => setTimeout(heard, 1_100));
  const asked = await settled();
  assert.ok(asked >= 2 * questions && asked <= 2 * questions + VERSIONS_MAX, String(asked));
  await db.close();
});
