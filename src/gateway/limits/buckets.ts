import { createHash } from "node:crypto";
import type { Principal, Who } from "#kernel/mod.ts";
import type { RateLimit, RateLimitKey } from "#wire/serving/ai-gateway.ts";

/** One count that a caller's question adds to, and how much of it there may be in a period. */
export interface Bucket {
  /** Names the count among all: endpoint, whose it is, period. Never how much there may be: a limit that changes keeps its count. */
  readonly key: string;
  readonly rule: RateLimit;
  /** Whose limit it is, as a refusal says it. */
  readonly of: string;
  /** 0, or of a group's limits the group's own number: as in Take. */
  readonly set: number;
}

/** Milliseconds of a period. All of them begin at a whole one since the epoch, for everybody alike. */
export const PERIOD_MS: Readonly<Record<RateLimit["renewal_period"], number>> = { minute: 60_000, hour: 3_600_000 };

/** What a question is called by whoever asks it: in no way proven. */
export type RequestTags = Readonly<Record<string, string>>;

const own: Readonly<Record<Principal["kind"], RateLimitKey>> = { user: "user", service_principal: "service_principal" };

type Asker = Pick<Who, "subject" | "groups">;

/** The rules for callers, the most specific first: of the first kind of which there is one for the caller, all count, and no others. */
const precedence: readonly ((rule: RateLimit, who: Asker) => boolean)[] = [
  ({ key, principal }, { subject }) => key === own[subject.kind] && isName(subject, principal),
  ({ key, principal }, { groups }) => key === "user_group" && principal !== undefined && groups.includes(principal),
  ({ key, principal }) => key === "user" && principal === undefined,
];

/** No two principals have names that differ in case alone; a rule that is written in another one is meant for the same. */
const isName = ({ name }: Principal, named: string | undefined): boolean =>
  named === name || named?.toLowerCase() === name.toLowerCase();

/**
 * The counts that concern a caller. The endpoint's own always does. Of the others, one that names the caller goes before those of
 * the caller's groups, each of which its members share, and those before the one that everybody has for themselves. Who is in
 * several groups with limits needs room in one of them, and is counted in all that have some. A tag's counts whoever asks, and one that
 * names the value goes before the one that each value has for itself.
 * Source: Databricks docs "Configure rate limits for AI Gateway endpoints", details and behavior;
 * databricks-sdk-py `service/catalog.py`, RateLimit, of tags.
 */
export function bucketsOf(
  endpoint_id: string,
  rules: readonly RateLimit[],
  who: Asker,
  tags: RequestTags = {},
): readonly Bucket[] {
  const buckets: Bucket[] = [];
  for (const rule of rules) {
    if ((rule.key ?? "endpoint") !== "endpoint") continue;
    buckets.push({ key: `${endpoint_id} endpoint ${rule.renewal_period}`, rule, of: "the endpoint", set: 0 });
  }
  for (const rule of taggedRules(rules, tags)) buckets.push(tagged(endpoint_id, rule, tags));
  const applies = precedence.find((one) => rules.some((rule) => one(rule, who)));
  if (!applies) return buckets;
  for (const rule of rules) if (applies(rule, who)) buckets.push(callers(endpoint_id, rule, who));
  return buckets;
}

function callers(endpoint_id: string, rule: RateLimit, { subject, groups }: Asker): Bucket {
  const { key, principal = "", renewal_period } = rule;
  if (key !== "user_group") {
    const count = `${endpoint_id} principal ${renewal_period} ${subject.id}`;
    return { key: count, rule, of: `'${subject.name}'`, set: 0 };
  }
  const count = `${endpoint_id} group ${renewal_period} ${principal}`;
  return { key: count, rule, of: `the group '${principal}'`, set: groups.indexOf(principal) + 1 };
}

/** The rules for the tags that a question has, of each tag those for its very value before those for any. */
function taggedRules(rules: readonly RateLimit[], tags: RequestTags): readonly RateLimit[] {
  const ofTags = rules.filter(
    ({ key, request_tag_key: tag = "" }) => key === "request_tag" && Object.hasOwn(tags, tag),
  );
  const isNamed = ({ request_tag_key: tag = "", request_tag_value: value }: RateLimit): boolean => value === tags[tag];
  const named = new Set(ofTags.filter(isNamed).map((rule) => rule.request_tag_key));
  return ofTags.filter((rule) =>
    named.has(rule.request_tag_key) ? isNamed(rule) : rule.request_tag_value === undefined,
  );
}

/** Tags are of any length, which no key of a count may be. */
function tagged(endpoint_id: string, rule: RateLimit, tags: RequestTags): Bucket {
  const { request_tag_key: tag = "", renewal_period } = rule;
  const value = tags[tag]!;
  const digest = createHash("sha256")
    .update(JSON.stringify([tag, value]))
    .digest("base64");
  const shown = [tag, value].map((one) => `'${one.slice(0, TAG_SHOWN_MAX)}'`);
  return {
    key: `${endpoint_id} tag ${renewal_period} ${digest}`,
    rule,
    of: `requests that are tagged ${shown.join(" with ")}`,
    set: 0,
  };
}

/** A tag is repeated in a refusal, but not at any length. */
const TAG_SHOWN_MAX = 100;
