import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, request } from "undici";
import { Fault } from "#wire/errors.ts";
import { type EgressEntry, type EgressTarget, judgeTarget, portOf, refused } from "./egress-target.ts";
import type { EgressRequest, EgressResponse, EgressStream } from "./exchange.ts";
import { EGRESS_BYTES_MAX, EGRESS_TIMEOUT_MS, REDIRECTS_MAX } from "./limits.ts";
import { guardedLookup, openLookup, RefusedAddress, type Resolver, systemResolver } from "./resolve.ts";

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
  const open = async (url: string, options: EgressRequest): Promise<EgressStream> => {
    const timeout_ms = options.timeout_ms ?? EGRESS_TIMEOUT_MS;
    const deadline = AbortSignal.timeout(timeout_ms);
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
    let target = judgeTarget(url, options.purpose, allow);
    let headers = options.headers ?? {};
    for (let hop = 0; ; hop += 1) {
      const spoken = { target, purpose: options.purpose, deadline };
      const answer = await sent(target, target.isListed ? listed : guarded, { ...options, headers }, signal, spoken);
      const next = redirectOf(answer, target, options);
      if (!next) return bounded(answer, options.bytes_max ?? EGRESS_BYTES_MAX, spoken);
      await answer.body.dump();
      if (hop >= (options.redirects_max ?? REDIRECTS_MAX)) throw unreachable(target, "it redirects too often");
      const judged = judgeTarget(next, options.purpose, allow);
      if (judged.url.origin !== target.url.origin) headers = withoutCredentials(headers);
      target = judged;
    }
  };
  return {
    open,
    fetch: async (url, options) => readWhole(await open(url, options)),
    close: async () => void (await Promise.all([guarded.destroy(), listed.destroy()])),
  };
}

/** What an error of this call may say. */
interface Spoken {
  readonly target: EgressTarget;
  readonly purpose: EgressRequest["purpose"];
  readonly deadline: AbortSignal;
}

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
function redirectOf(
  answer: Dispatcher.ResponseData,
  { url }: EgressTarget,
  { method }: EgressRequest,
): string | undefined {
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

async function readWhole(answer: EgressStream): Promise<EgressResponse> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return { status: answer.status, headers: answer.headers, body, text: () => body.toString("utf8") };
}

function flat(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const named = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}

function explained(thrown: unknown, { target, purpose, deadline }: Spoken): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof RefusedAddress) return refused(target.url, purpose, thrown.why);
  if (deadline.aborted)
    return new Fault("DEADLINE_EXCEEDED", `${nameOf(target)} did not answer in time. Try again later.`);
  if (thrown instanceof Error && thrown.name === "AbortError")
    return new Fault("CANCELLED", "The outbound call was cancelled by its caller.");
  return unreachable(target, "the connection failed", thrown);
}

function unreachable(target: EgressTarget, why: string, cause?: unknown): Fault {
  const internal = cause instanceof Error ? cause.message : undefined;
  return new Fault("BAD_GATEWAY", `${nameOf(target)} could not be called: ${why}. Check its address and its state.`, {
    cause,
    ...(internal !== undefined && { internal }),
  });
}

const nameOf = ({ url }: EgressTarget): string => `${url.hostname}:${portOf(url)}`;
