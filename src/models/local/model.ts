import { open } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { IdSource } from "#base/ids.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { AnswerEvent, Usage } from "../events.ts";
import type { AnswerModel } from "../model.ts";
import type { ModelRequest } from "../request.ts";
import { historyOf } from "./history.ts";
import { type LocalFile, type LocalProcess, localProcess, startProgram } from "./process.ts";
import type { End, Piece, Wanted } from "./protocol.ts";
import { type Functions, INSTALL } from "./runtime.ts";
import { grammarSchema } from "./schema.ts";
import { turns } from "./turns.ts";

/** What a GGUF file begins with. */
const MAGIC = "GGUF";

/** A model in a file of this machine. */
export interface LocalModel extends AnswerModel {
  /** By which it is served: its file's name without the ending. */
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Loads the model of a GGUF file in a process of its own.
 * @throws Error that says what to do: what runs it is not installed, the file is no model, or the model cannot be loaded.
 */
export async function openLocalModel(file: LocalFile, ids: IdSource, runtime: string | undefined): Promise<LocalModel> {
  if (runtime === undefined)
    throw new Error(`LAKEWARD_MODEL needs node-llama-cpp, which is not installed. Install it: ${INSTALL}`);
  const { path } = file;
  await assertModelFile(path);
  const process = localProcess(() => startProgram(runtime, file));
  try {
    await process.ready();
  } catch (thrown) {
    await process.close();
    const why = faultOf(thrown).options.internal;
    throw new Error(`LAKEWARD_MODEL cannot be served: ${why}. The file is ${path}.`, { cause: thrown });
  }
  return { name: basename(path, extname(path)), ...localModel(process, ids), close: () => process.close() };
}

async function assertModelFile(path: string): Promise<void> {
  const start = Buffer.alloc(MAGIC.length);
  try {
    await using file = await open(path, "r");
    await file.read(start, 0, start.length, 0);
  } catch (cause) {
    throw new Error(`LAKEWARD_MODEL names ${path}, which cannot be read: ${(cause as Error).message}.`, { cause });
  }
  if (start.toString("latin1") !== MAGIC) throw new Error(`LAKEWARD_MODEL names ${path}, which is no GGUF file.`);
}

/** The model behind a process that answers. */
export function localModel(process: Pick<LocalProcess, "answer">, ids: IdSource): AnswerModel {
  const queue = turns();
  return {
    answer: async function* (request, signal) {
      const wanted = wantedOf(request);
      const ends: End[] = [];
      for (let choice = 0; choice < (request.sampling.n ?? 1); choice += 1) {
        const release = await queue.take(signal);
        try {
          ends.push(yield* told(process.answer(seeded(wanted, choice), signal), choice, ids));
        } finally {
          release();
        }
      }
      yield { type: "usage", usage: usageOf(ends) };
    },
  };
}

/** @throws Fault BAD_REQUEST for what it cannot be asked. */
function wantedOf(request: ModelRequest): Wanted {
  const { tools, tool_choice, response_format, reasoning, sampling } = request;
  const { n: _, ...rest } = sampling;
  const schema = schemaOf(response_format);
  const hasTools = tools.length > 0 && tool_choice !== "none";
  if (hasTools && tool_choice !== undefined && tool_choice !== "auto")
    refuse("'tool_choice' can only be 'auto' or 'none': this model decides itself whether it calls a tool.");
  if (hasTools && schema) refuse("'tools' and 'response_format' cannot be asked of this model together.");
  if (reasoning) refuse("How long to reason cannot be asked of this model. Leave it out.");
  return {
    history: historyOf(request),
    sampling: rest,
    isOneCall: request.parallel_tool_calls === false,
    ...(hasTools && { functions: functionsOf(tools) }),
    ...(schema && { schema }),
  };
}

function schemaOf(format: ModelRequest["response_format"]) {
  if (!format || format.type === "text") return undefined;
  if (format.type === "json_object") return { type: "object", additionalProperties: true };
  return grammarSchema(format.schema, "response_format.json_schema.schema");
}

const functionsOf = (tools: ModelRequest["tools"]): Functions =>
  Object.fromEntries(
    tools.map(({ name, description, parameters }) => [
      name,
      {
        ...(description !== undefined && { description }),
        ...(Object.keys(parameters).length > 0 && { params: grammarSchema(parameters, `tools.${name}.parameters`) }),
      },
    ]),
  );

/** Each of several answers by a seed of its own, since by one they would all be the same. */
const seeded = (wanted: Wanted, choice: number): Wanted => {
  const { seed } = wanted.sampling;
  return seed === undefined ? wanted : { ...wanted, sampling: { ...wanted.sampling, seed: seed + choice } };
};

async function* told(
  pieces: AsyncGenerator<Piece, End>,
  choice: number,
  ids: IdSource,
): AsyncGenerator<AnswerEvent, End> {
  let call = 0;
  try {
    for (let step = await pieces.next(); ; step = await pieces.next()) {
      if (step.done) {
        yield { type: "finish", choice, reason: step.value.finish };
        return step.value;
      }
      const piece = step.value;
      if (piece.type !== "call") yield { type: piece.type, choice, text: piece.text };
      else {
        yield { type: "tool_call", choice, call, id: `call_${ids.hex(12)}`, name: piece.name };
        yield { type: "tool_arguments", choice, call, text: piece.arguments };
        call += 1;
      }
    }
  } finally {
    await pieces.return({ finish: "stop", prompt_tokens: 0, answer_tokens: 0, reasoning_tokens: 0 });
  }
}

/** As the model's own tokenizer counts; a question with `n` is counted once. */
function usageOf(ends: readonly End[]): Usage {
  const sum = (of: "answer_tokens" | "reasoning_tokens"): number => ends.reduce((total, one) => total + one[of], 0);
  const reasoning_tokens = sum("reasoning_tokens");
  return {
    input_tokens: ends[0]?.prompt_tokens ?? 0,
    output_tokens: sum("answer_tokens"),
    ...(reasoning_tokens > 0 && { reasoning_tokens }),
  };
}

function refuse(message: string): never {
  throw new Fault("BAD_REQUEST", message);
}
