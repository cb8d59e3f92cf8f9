import { join, resolve } from "node:path";
import { isJsonObject } from "#base/json.ts";
import type { Exchange } from "../world/recording-proxy.ts";

/** What a command of the Databricks CLI asked of the server, and how it was answered. */
export interface RecordedCommand {
  /** As typed, without the program's name. */
  readonly command: string;
  /** The address that the command opened in a browser. */
  readonly opened?: string;
  readonly requests: readonly RecordedRequest[];
}

/** A request in which what is the run's own stands as `{name}`. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields of a form. */
  readonly form?: Readonly<Record<string, string>>;
  readonly status: number;
  /** The answer with each value replaced by its type, and each list by its first element. */
  readonly shape: unknown;
}

export interface Recording {
  readonly client: string;
  readonly commands: readonly RecordedCommand[];
}

export const RECORDING_PATH = join(resolve(import.meta.dirname, "../data/recordings"), "databricks-cli.json");

/** Headers that change what the server does; a user agent, trace and request ids do not. */
const RELEVANT: ReadonlySet<string> = new Set(["accept", "authorization", "content-type", "x-databricks-org-id"]);
/** Fields of a form that are new in each run. */
const OF_THE_RUN: ReadonlySet<string> = new Set(["code", "code_verifier", "refresh_token"]);
/** The first of these ports that is free when the CLI logs in. */
const REDIRECT_URI = /http:\/\/localhost:80[234]\d\b/;
/** Parameters of the authorize address that are new in each run. */
const OF_THE_LOGIN: readonly string[] = ["state", "code_challenge"];

/** What is known of a run, by name: each value stands as `{name}` in the recording. */
export type Known = Readonly<Record<string, string>>;

export function recorded(exchange: Exchange, known: Known): RecordedRequest {
  const { method, path, headers, body, status, answer } = exchange;
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  const kept = Object.entries(headers)
    .filter(([name]) => RELEVANT.has(name))
    .map(([name, value]) => [name, name === "authorization" ? "Bearer {access_token}" : named(value, known)] as const);
  return {
    method,
    path: named(path, known),
    headers: Object.fromEntries(kept.sort()),
    ...(isForm && { form: formOf(body, known) }),
    status,
    shape: shapeOf(parsed(answer)),
  };
}

/** The address that the CLI opened in a browser. */
export function recordedLogin(opened: string, known: Known): string {
  const url = new URL(opened);
  for (const name of OF_THE_LOGIN) if (url.searchParams.has(name)) url.searchParams.set(name, `{${name}}`);
  return named(decodeURIComponent(url.href), known);
}

/** Puts a run's own values where their names stand. @throws Error that names one that is not known. */
export function filledIn(text: string, known: Known): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`Nothing is known of {${name}}.`);
    return value;
  });
}

/** Types in place of values: `{"expires_in":"number"}`. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (!isJsonObject(value)) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]));
}

/** Where a value is not of the shape, by path. What it has besides, and a list that is empty, is no difference. */
export function differences(value: unknown, shape: unknown, at = "answer"): readonly string[] {
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return shape.length === 0 ? [] : value.flatMap((one, i) => differences(one, shape[0], `${at}[${i}]`));
  }
  if (isJsonObject(shape)) {
    if (!isJsonObject(value)) return [`${at} is no object`];
    return Object.entries(shape).flatMap(([key, one]) => differences(value[key], one, `${at}.${key}`));
  }
  const wanted = shape === null ? value === null : typeof value === shape;
  return wanted ? [] : [`${at} is no ${shape}`];
}

function formOf(body: string, known: Known): Record<string, string> {
  const fields = [...new URLSearchParams(body)];
  return Object.fromEntries(
    fields.map(([name, value]) => [name, OF_THE_RUN.has(name) ? `{${name}}` : named(value, known)]).sort(),
  );
}

function named(text: string, known: Known): string {
  const found = Object.entries(known).reduce((sum, [name, value]) => sum.replaceAll(value, `{${name}}`), text);
  return found.replace(REDIRECT_URI, "{redirect_uri}");
}

/** JSON, or a text as it is. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
