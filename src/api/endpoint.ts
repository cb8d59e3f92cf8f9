import type { Static, TSchema } from "typebox";
import type { Json, JsonObject } from "#base/json.ts";
import type { Action, Doorway, Permit, What, Who } from "#kernel/mod.ts";
import type { Scope } from "#wire/scopes.ts";
import type { Services } from "./services.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Shape in which an endpoint's errors are rendered: the wire's own for its protocol. */
export type ErrorShape = "databricks" | "openai" | "anthropic" | "google" | "oauth" | "scim" | "jsonrpc";

/** The request around the input, as `run` may see it. */
export interface Call {
  readonly doorway: Doorway;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Header names in lower case. The Authorization header is withheld: no endpoint needs it but the token endpoint, which asks by `basic`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the caller of an open endpoint sent for authentication by itself; only the token endpoint reads it. */
export interface OpenCall extends Call {
  readonly authorization: string | undefined;
  /** Read by the login's pages alone: a cookie opens no API. */
  readonly cookie?: string | undefined;
}

/**
 * A reply that is more than a JSON object with status 200. A stream's permit is settled before its last chunk leaves: by who makes the
 * stream where it says so, else by the edge, which holds each chunk until it knows that another one follows.
 */
export class Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: JsonObject | readonly Json[] | string | AsyncIterable<string> | null;
  /** The stream settles the permit itself before it yields its last chunk. */
  readonly isSettling: boolean;

  constructor(parts: {
    readonly status?: number;
    readonly headers?: Reply["headers"];
    readonly body: Reply["body"];
    readonly isSettling?: boolean;
  }) {
    this.status = parts.status ?? 200;
    this.headers = parts.headers ?? {};
    this.body = parts.body;
    this.isSettling = parts.isSettling ?? false;
  }
}

interface Described<I extends TSchema> {
  readonly method: Method;
  /** Wire path with `{name}` for parameters; `{name...}` for a rest that may hold slashes. */
  readonly path: string;
  /** The path with a slash at its end is the same: some clients ask so. */
  readonly slash?: true;
  /** Path parameters, query parameters and body, merged; unknown fields are kept out of `run`. */
  readonly input: I;
  readonly output: TSchema;
  /** `raw`: the body's text is handed on as `body`, for protocols that parse it themselves. */
  readonly accepts?: "json" | "form" | "raw";
  readonly errors?: ErrorShape;
  /** An OAuth protected resource of its own (RFC 9728): a token may be bound to its URL, and is good for nothing else then. */
  readonly resource?: true;
}

/** An endpoint under governance: the gate is passed before `run`, which gets the permit. */
export interface GovernedEndpoint<I extends TSchema = TSchema, A extends Action = Action> extends Described<I> {
  readonly scope: Scope;
  /** What is asked for. The services say what a name means, and nothing of what is there. */
  readonly what: (input: Static<I>, services: Services) => What;
  readonly action: A;
  readonly run: (services: Services, permit: Permit<A>, input: Static<I>, call: Call) => Promise<object | Reply>;
}

/** An endpoint that anyone may call; `open` says why that is right. */
export interface OpenEndpoint<I extends TSchema = TSchema> extends Described<I> {
  readonly open: string;
  readonly run: (services: Services, input: Static<I>, call: OpenCall) => Promise<object | Reply>;
}

/** Any endpoint, its input and action types erased, as the router holds it. */
export interface Endpoint extends Described<TSchema> {
  readonly scope?: Scope;
  readonly what?: (input: never, services: never) => What;
  readonly action?: Action;
  readonly open?: string;
  /** Runs the endpoint: the gate first, unless it is open. */
  readonly enter: (services: Services, who: Who | null, input: unknown, call: OpenCall) => Promise<Entered>;
}

/** A passed gate and what follows; the edge settles the permit with how the reply ended. */
export interface Entered {
  readonly permit: Permit<Action> | null;
  readonly reply: () => Promise<object | Reply>;
}

/**
 * Declares an endpoint. Governance has no default: it names `what` and `action`, or says `open` and why.
 */
export function endpoint<I extends TSchema, A extends Action>(declared: GovernedEndpoint<I, A>): Endpoint {
  return {
    ...declared,
    enter: async (services, who, input, call) => {
      if (!who)
        throw new TypeError(`${declared.method} ${declared.path} is governed and was entered without a caller.`);
      const typed = input as Static<I>;
      const options = { surface: declared.scope };
      const permit = await services.gate.enter(
        who,
        declared.action,
        declared.what(typed, services),
        call.doorway,
        options,
      );
      return { permit, reply: () => declared.run(services, permit, typed, call) };
    },
  };
}

/** Declares an endpoint outside governance, with the reason. */
export function openEndpoint<I extends TSchema>(declared: OpenEndpoint<I>): Endpoint {
  return {
    ...declared,
    enter: async (services, _who, input, call) => ({
      permit: null,
      reply: () => declared.run(services, input as Static<I>, call),
    }),
  };
}
