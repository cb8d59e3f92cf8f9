import { Fault } from "#wire/errors.ts";
import type { Bucket } from "./buckets.ts";
import { type Count, hasRoom, type Take } from "./counters.ts";
import { headersOf, secondsUntilEnd } from "./headers.ts";

/** A count without room, and the limit that it is of. */
interface Full {
  readonly bucket: Bucket;
  readonly take: Take;
  readonly count: Count;
}

/**
 * Why a question was refused: the limit in its way, of several the one that is there longest, whose it is and what to do. It has
 * Retry-After unless no time would help: then the question is larger than the whole limit, or the limit is of nothing.
 */
export function exceeded(
  endpoint: string,
  buckets: readonly Bucket[],
  takes: readonly Take[],
  before: readonly Count[],
  now_ms: number,
): Fault {
  const ways = inTheWay(takes.map((take, i) => ({ bucket: buckets[i]!, take, count: before[i]! })));
  const { bucket, take, count } = ways.reduce((a, b) => (opensAt(b) > opensAt(a) ? b : a));
  const after_s = Number.isFinite(opensAt({ bucket, take, count })) ? secondsUntilEnd(take, now_ms) : undefined;
  const bounds = boundsOf(take, count).join(" and ");
  const groups = new Set(takes.map((one) => one.set).filter((set) => set > 0));
  const others = take.set > 0 && groups.size > 1 ? ", as those of your other groups" : "";
  return new Fault(
    "REQUEST_LIMIT_EXCEEDED",
    `REQUEST_LIMIT_EXCEEDED: Exceeded the rate limit of ${bucket.of}${others} on serving endpoint '${endpoint}': ${bounds} per ${bucket.rule.renewal_period}. ${nextOf(take, after_s)}`,
    {
      headers: {
        ...(after_s !== undefined && { "retry-after": String(after_s) }),
        ...headersOf(takes, before, now_ms),
      },
    },
  );
}

/** What must have room and has none; of several groups, none of which has any, the one that has some first. */
function inTheWay(all: readonly Full[]): readonly Full[] {
  const full = all.filter(({ take, count }) => !hasRoom(count, take));
  const groups = [...new Set(full.map(({ take }) => take.set).filter((set) => set > 0))];
  const hasAnOpenOne = all.some(({ take }) => take.set > 0 && !groups.includes(take.set));
  const first = groups
    .map((set) => full.filter(({ take }) => take.set === set))
    .reduce<readonly Full[]>((a, b) => (a.length === 0 || latest(b) < latest(a) ? b : a), []);
  return [...full.filter(({ take }) => take.set === 0), ...(hasAnOpenOne ? [] : first)];
}

const latest = (full: readonly Full[]): number => Math.max(...full.map(opensAt));

/** When there may be room; infinity when there never is. */
const opensAt = ({ take }: Full): number =>
  take.requests_max === 0 || isTooLarge(take) ? Number.POSITIVE_INFINITY : take.period_start_ms + take.period_ms;

const isTooLarge = ({ tokens, tokens_max }: Take): boolean => tokens_max !== null && tokens > tokens_max;

/** The bounds that the question would have crossed. */
function boundsOf({ requests_max, tokens_max, tokens }: Take, count: Count): readonly string[] {
  const bounds: string[] = [];
  if (requests_max !== null && count.requests + 1 > requests_max) bounds.push(`${requests_max} calls`);
  if (tokens_max !== null && count.tokens + tokens > tokens_max)
    bounds.push(
      `${tokens_max} tokens, of which ${Math.max(0, tokens_max - count.tokens)} are left and this question may take ${tokens}`,
    );
  return bounds;
}

function nextOf(take: Take, after_s: number | undefined): string {
  if (after_s !== undefined) return `Try again in ${after_s} s, or ask the endpoint's owner for more.`;
  if (take.requests_max === 0) return "It lets none through: ask the endpoint's owner for more.";
  return `This question alone may take ${take.tokens} tokens: shorten it, lower its max_tokens, or ask the endpoint's owner for more.`;
}
