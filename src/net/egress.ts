import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, request } from "undici";
import { type EgressEntry, type EgressTarget, judgeTarget } from "./egress-target.ts";
import type { EgressRequest, EgressResponse, EgressStream } from "./exchange.ts";
import { explained, type Spoken, unreachable } from "./failures.ts";
import { EGRESS_BYTES_MAX, EGRESS_TIMEOUT_MS, REDIRECTS_MAX, TARGETS_MAX } from "./limits.ts";
import { guardedLookup, openLookup, type Resolver, systemResolver } from "./resolve.ts";
import { readToEnd, type WholeAnswer } from "./whole.ts";

export interface EgressOptions {
  readonly allow: readonly EgressEntry[];
  /** PEM of the local certificate authority; trusted for listed hosts alone, beside the public ones. */
  readonly ca?: string;
  readonly resolver?: Resolver;
}

/** The one way out. */
export interface Egress {
  /**
   * Calls `url` and reads the answer whole. GETs follow up to three redirects, each judged like the first address; other
   * methods follow none. An answer of any status is returned.
   * @throws Fault PERMISSION_DENIED (refused target), DEADLINE_EXCEEDED, BAD_GATEWAY (unreachable, too large, too many redirects),
   *   CANCELLED (the caller's signal). No message holds any of the answer.
   */
  fetch(url: string, options: EgressRequest): Promise<EgressResponse>;
  /** The same, with the body left to be read; leaving the iteration closes the connection. */
  open(url: string, options: EgressRequest): Promise<EgressStream>;
  close(): Promise<void>;
}

/** Makes the egress function. Two agents: one that judges each address at connect time, and one for hosts the operator listed. */
export function createEgress({ allow, ca, resolver = systemResolver }: EgressOptions): Egress {
  const bounds = { allowH2: false, maxCachedSessions: 0 };
  const guarded = new Agent({ connect: { ...bounds, lookup: guardedLookup(resolver) } });
  const listed = new Agent({
    connect: { ...bounds, lookup: openLookup(resolver), ...(ca && { ca: [...rootCertificates, ca] }) },
  });
  const judge = judgeWith(allow);
  /** The answer of the last hop. `send` is one of them. */
  const follow = async <T extends Hop>(
    url: string,
    options: EgressRequest,
    send: (target: EgressTarget, dispatcher: Dispatcher, options: EgressRequest) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly target: EgressTarget }> => {
    let target = judge(url, options.purpose);
    let headers = options.headers ?? {};
    for (let hop = 0; ; hop += 1) {
      const answer = await send(target, target.isListed ? listed : guarded, { ...options, headers });
      const next = redirectOf(answer, target, options);
      if (!next) return { answer, target };
      await answer.body?.dump();
      if (hop >= (options.redirects_max ?? REDIRECTS_MAX)) throw unreachable(target, "it redirects too often");
      const judged = judge(next, options.purpose);
      if (judged.url.origin !== target.url.origin) headers = withoutCredentials(headers);
      target = judged;
    }
  };
  const whole = async (url: string, options: EgressRequest): Promise<WholeAnswer> => {
    const { timeout_ms = EGRESS_TIMEOUT_MS, bytes_max = EGRESS_BYTES_MAX } = options;
    const until_ms = performance.now() + timeout_ms;
    const { answer } = await follow(url, options, (target, dispatcher, own) =>
      readToEnd(dispatcher, target, own, { timeout_ms: until_ms - performance.now(), bytes_max }),
    );
    return answer;
  };
  const stream = async (url: string, options: EgressRequest): Promise<EgressStream> => {
    const deadline = AbortSignal.timeout(options.timeout_ms ?? EGRESS_TIMEOUT_MS);
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
    const { purpose } = options;
    const { answer, target } = await follow(url, options, (to, dispatcher, own) =>
      sent(to, dispatcher, own, signal, { target: to, purpose, deadline }),
    );
    return bounded(answer, options.bytes_max ?? EGRESS_BYTES_MAX, { target, purpose, deadline });
  };
  return {
    open: async (url, options) => {
      if (!options.isWhole) return stream(url, options);
      const { statusCode, headers, bytes } = await whole(url, options);
      return { status: statusCode, headers: flat(headers), body: inOnePiece(bytes) };
    },
    fetch: async (url, options) => {
      const { statusCode, headers, bytes } = await whole(url, options);
      return { status: statusCode, headers: flat(headers), body: bytes, text: () => bytes.toString("utf8") };
    },
    close: async () => void (await Promise.all([guarded.destroy(), listed.destroy()])),
  };
}

/** As `judgeTarget`. What passed once passes again, since the list stays: those that were called last are remembered. */
function judgeWith(allow: readonly EgressEntry[]): (url: string, purpose: EgressRequest["purpose"]) => EgressTarget {
  const passed = new Map<string, EgressTarget>();
  return (url, purpose) => {
    const key = `${purpose} ${url}`;
    const known = passed.get(key);
    if (known) return known;
    const judged = judgeTarget(url, purpose, allow);
    if (passed.size >= TARGETS_MAX) passed.delete(passed.keys().next().value!);
    passed.set(key, judged);
    return judged;
  };
}

/** What is looked at of an answer before it is the last. One that was read to its end has no body left. */
type Hop = Pick<Dispatcher.ResponseData, "statusCode" | "headers"> & { readonly body?: { dump(): Promise<void> } };

async function sent(
  target: EgressTarget,
  dispatcher: Dispatcher,
  options: EgressRequest,
  signal: AbortSignal,
  spoken: Spoken,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(target.url, {
      dispatcher,
      signal,
      method: options.method ?? "GET",
      headers: { ...options.headers },
      ...(options.body !== undefined && { body: options.body }),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch (thrown) {
    throw explained(thrown, spoken);
  }
}

/** Where the answer sends a GET; undefined when it is the final one. */
function redirectOf(answer: Hop, { url }: EgressTarget, { method }: EgressRequest): string | undefined {
  const { location } = answer.headers;
  if ((method ?? "GET") !== "GET" || typeof location !== "string") return undefined;
  if (![301, 302, 303, 307, 308].includes(answer.statusCode)) return undefined;
  return URL.parse(location, url)?.href ?? location;
}

/** A redirect to another origin gets no credential that was meant for the first. */
function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ["accept", "content-type", "user-agent"];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name.toLowerCase())));
}

function bounded(answer: Dispatcher.ResponseData, bytes_max: number, spoken: Spoken): EgressStream {
  return {
    status: answer.statusCode,
    headers: flat(answer.headers),
    body: counted(answer.body, bytes_max, spoken),
  };
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  bytes_max: number,
  spoken: Spoken,
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  try {
    for await (const chunk of body) {
      seen += chunk.length;
      if (seen > bytes_max) throw unreachable(spoken.target, `its answer exceeds ${bytes_max} bytes`);
      yield chunk;
    }
  } catch (thrown) {
    throw explained(thrown, spoken);
  }
}

/** What was read, for who iterates. */
const inOnePiece = (bytes: Buffer): AsyncIterable<Uint8Array> => ({
  async *[Symbol.asyncIterator]() {
    yield bytes;
  },
});

function flat(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const named = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}
