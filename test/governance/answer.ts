import assert from "node:assert/strict";
import { isJsonObject } from "#base/json.ts";
import type { ExpectedOutcome } from "./case.ts";

type Row = readonly (string | null)[];

/** What a door answered, whichever protocol it speaks. */
export interface Answer {
  readonly status: number;
  /** The body's text, whole. */
  readonly text: string;
  readonly body: unknown;
  readonly rows?: readonly Row[];
  readonly error_code?: string;
  /** SQL's error condition, of a statement that failed. */
  readonly condition?: string;
  readonly message?: string;
}

/** A response as it came over the socket. */
export interface Received {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

/** An error in the wire's own shape, or none. */
export function answerOf(received: Received): Answer {
  const { body } = received;
  if (!isJsonObject(body) || typeof body.error_code !== "string") return received;
  return { ...received, error_code: body.error_code, message: String(body.message) };
}

/** A statement's response: its rows, or why it failed. Values stand as text, or as protobuf's values. */
export function statementAnswer(received: Received, response: unknown): Answer {
  if (!isJsonObject(response) || !isJsonObject(response.status)) return answerOf(received);
  const { state, error } = response.status;
  if (isJsonObject(error)) {
    const message = String(error.message);
    const condition = /^\[([A-Z_.]+)\]/.exec(message)?.[1];
    return { ...received, error_code: String(error.error_code), message, ...(condition && { condition }) };
  }
  assert.equal(state, "SUCCEEDED");
  const rows = isJsonObject(response.result) ? response.result.data_array : [];
  return { ...received, rows: (rows as readonly unknown[]).map(rowOf) };
}

/** A tool's result or error, in JSON-RPC's envelope. */
export function toolAnswer(received: Received): Answer {
  const { body } = received;
  if (!isJsonObject(body)) return received;
  if (isJsonObject(body.error)) {
    const { message, data } = body.error;
    const error_code = isJsonObject(data) ? String(data.error_code) : "none";
    return { ...received, error_code, message: String(message) };
  }
  const { result } = body;
  if (!isJsonObject(result) || !Array.isArray(result.content)) return received;
  const [first] = result.content;
  const said: unknown = isJsonObject(first) ? JSON.parse(String(first.text)) : undefined;
  if (isJsonObject(said) && Array.isArray(said.rows)) return { ...received, rows: said.rows.map(rowOf) };
  return statementAnswer(received, said);
}

/** What an agent's answer tells of the tool that it called. */
export function agentAnswer(received: Received): Answer {
  const { body } = received;
  if (!isJsonObject(body) || !Array.isArray(body.output)) return answerOf(received);
  const [text] = body.output.flatMap((item) =>
    isJsonObject(item) && Array.isArray(item.content) && isJsonObject(item.content[0]) ? [item.content[0].text] : [],
  );
  return toolAnswer({ ...received, body: JSON.parse(String(text)) as unknown });
}

function rowOf(row: unknown): Row {
  const cells = isJsonObject(row) ? row.values : row;
  assert.ok(Array.isArray(cells));
  return cells.map((cell: unknown) => {
    if (!isJsonObject(cell)) return cell === null ? null : String(cell);
    return "string_value" in cell ? String(cell.string_value) : null;
  });
}

/** Asserts that the door answered as the case states. */
export function expectAnswer(answer: Answer, expected: ExpectedOutcome): void {
  const { status = answer.status, rows, error_code, condition, says, shows, never = [] } = expected;
  const told = { error_code: answer.error_code, ...(condition && { condition: answer.condition }) };
  assert.deepEqual(told, { error_code, ...(condition && { condition }) }, answer.text);
  assert.equal(answer.status, status, answer.text);
  if (rows) assert.deepEqual(answer.rows, textsOf(rows), answer.text);
  if (says !== undefined) assert.ok(answer.message?.includes(says), `'${answer.message}' says '${says}'`);
  if (shows !== undefined) expectPart(answer.body, shows, "body");
  for (const text of never) assert.ok(!answer.text.includes(text), `'${text}' stands in ${answer.text}`);
}

const textsOf = (rows: NonNullable<ExpectedOutcome["rows"]>): readonly Row[] =>
  rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));

/** Objects may hold more than is stated; lists hold what is stated and nothing else. */
function expectPart(actual: unknown, stated: unknown, at: string): void {
  if (Array.isArray(stated)) {
    assert.ok(Array.isArray(actual), `${at} is a list`);
    assert.equal(actual.length, stated.length, `${at} has ${stated.length} entries: ${JSON.stringify(actual)}`);
    stated.forEach((each, i) => void expectPart(actual[i], each, `${at}[${i}]`));
  } else if (isJsonObject(stated)) {
    assert.ok(isJsonObject(actual), `${at} is an object`);
    for (const [key, each] of Object.entries(stated)) expectPart(actual[key], each, `${at}.${key}`);
  } else assert.equal(actual, stated, at);
}

/** Asserts that two answers differ in nothing but the two names and the ids that each request has of its own. */
export function expectAlike(
  hidden: Answer,
  missing: Answer,
  names: { readonly hidden: string; readonly missing: string },
): void {
  assert.equal(hidden.status, missing.status);
  assert.equal(plain(hidden.text, names.hidden), plain(missing.text, names.missing));
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const plain = (text: string, name: string): string =>
  text.replaceAll(ID, "<id>").replaceAll(name, "<name>").replaceAll(name.replaceAll(".", "__"), "<name>");
