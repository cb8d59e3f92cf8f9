/** The model's process: it loads the model, says so, and then writes the answers that it is asked for. Not imported by the server. */

import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import type { FinishReason } from "../events.ts";
import type { End, FromProcess, Piece, ToProcess, Wanted } from "./protocol.ts";
import type { Context, Llama, LlamaModule, Model, ResponseOptions, Sequence, Wrapper } from "./runtime.ts";
import { TURNS, turns } from "./turns.ts";

/** Tokens of a question and its answer: what a model learned with where that is less, or what the memory holds. */
const CONTEXT_TOKENS_MAX = 8_192;
/** Tokens of an answer that sets no bound, so that one that never ends does not keep its turn for minutes. */
const ANSWER_TOKENS_DEFAULT = 2_048;
/** What a question leaves to its answer at least. */
const ANSWER_TOKENS_MIN = 16;
/** Of llama.cpp's own server, for what a question leaves open. Source: llama.cpp `common/common.h`. */
const sampled = { temperature: 0.8, top_p: 0.95, top_k: 40 };
const SEEDS = 2 ** 32;

/** Threads wait for one another by spinning: as many as there are cores take many times as long once anything else runs, as the server does. */
const threads = Math.max(1, availableParallelism() - 1);

interface Loaded {
  readonly llama: Llama;
  readonly module: LlamaModule;
  readonly model: Model;
  readonly context: Context;
  /** Those that no answer uses. */
  readonly sequences: Sequence[];
  readonly wrapper: Wrapper;
}

const say = (message: FromProcess): void => {
  // Whoever asked is gone when the channel is.
  if (process.connected) process.send?.(message);
};

async function load(runtime: string, path: string): Promise<Loaded> {
  const module = (await import(runtime)) as LlamaModule;
  const llama = await module.getLlama({ build: "never", skipDownload: true, progressLogs: false, logLevel: "error" });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({ sequences: TURNS, contextSize: { max: CONTEXT_TOKENS_MAX }, threads });
  const sequences = Array.from({ length: TURNS }, () => context.getSequence());
  return { llama, module, model, context, sequences, wrapper: module.resolveChatWrapper(model) };
}

class TooLong extends Error {
  readonly tokens: number;
  constructor(tokens: number) {
    super("The prompt is too long.");
    this.tokens = tokens;
  }
}

async function answer(loaded: Loaded, wanted: Wanted, signal: AbortSignal, tell: (piece: Piece) => void): Promise<End> {
  const { module, model, context, sequences, wrapper, llama } = loaded;
  const { history, functions, schema, isOneCall } = wanted;
  const { contextText } = wrapper.generateContextState({
    chatHistory: history,
    ...(functions && { availableFunctions: functions }),
  });
  const prompt_tokens = contextText.tokenize(model.tokenizer).length;
  const room = context.contextSize - prompt_tokens;
  if (room < ANSWER_TOKENS_MIN) throw new TooLong(prompt_tokens);
  const count = { answer: 0, reasoning: 0, calls: 0 };
  const options: ResponseOptions = {
    ...sampling(wanted, room),
    signal,
    stopOnAbortSignal: true,
    ...(schema && { grammar: await llama.createGrammarForJsonSchema(schema) }),
    onResponseChunk: ({ segmentType, text, tokens }) => {
      count.answer += tokens.length;
      if (segmentType !== undefined) count.reasoning += tokens.length;
      if (text !== "") tell({ type: segmentType === undefined ? "text" : "reasoning", text });
    },
    ...(functions && {
      functions,
      ...(isOneCall && { maxParallelFunctionCalls: 1 }),
      onFunctionCall: ({ functionName, params }) => {
        const text = JSON.stringify(params ?? {});
        count.calls += 1;
        count.answer += model.tokenizer(functionName).length + model.tokenizer(text).length;
        tell({ type: "call", name: functionName, arguments: text });
      },
    }),
  };
  const sequence = sequences.pop()!;
  const chat = new module.LlamaChat({ contextSequence: sequence, chatWrapper: wrapper });
  try {
    const { metadata } = await chat.generateResponse(history, options);
    const finish: FinishReason =
      count.calls > 0 ? "tool_calls" : metadata.stopReason === "maxTokens" ? "length" : "stop";
    return { finish, prompt_tokens, answer_tokens: count.answer, reasoning_tokens: count.reasoning };
  } finally {
    chat.dispose();
    // Emptied after each answer: nothing that one person asked is found by how fast another is answered.
    await sequence.clearHistory();
    sequences.push(sequence);
  }
}

function sampling({ sampling: asked }: Wanted, room: number) {
  const { presence_penalty = 0, frequency_penalty = 0 } = asked;
  const isPenal = presence_penalty !== 0 || frequency_penalty !== 0;
  return {
    maxTokens: Math.min(asked.max_tokens ?? ANSWER_TOKENS_DEFAULT, room),
    temperature: asked.temperature ?? sampled.temperature,
    topP: asked.top_p ?? sampled.top_p,
    topK: asked.top_k ?? sampled.top_k,
    seed: asked.seed === undefined ? randomInt(SEEDS) : ((asked.seed % SEEDS) + SEEDS) % SEEDS,
    repeatPenalty: isPenal && {
      penalty: 1 as const,
      presencePenalty: presence_penalty,
      frequencyPenalty: frequency_penalty,
    },
    customStopTriggers: asked.stop ?? [],
  };
}

const running = new Map<number, AbortController>();
/** Whoever went away is forgotten by the server at once, while its sequence is given up here at the next token. */
const queue = turns();

async function run(loaded: Loaded, id: number, wanted: Wanted): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  let release = (): void => {};
  try {
    release = await queue.take(stop.signal);
    say({
      type: "end",
      id,
      end: await answer(loaded, wanted, stop.signal, (piece) => say({ type: "piece", id, piece })),
    });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    say({ type: "failed", id, why, ...(thrown instanceof TooLong && { prompt_tokens: thrown.tokens }) });
  } finally {
    release();
    running.delete(id);
  }
}

const [runtime, path] = process.argv.slice(2);
// The server is gone.
process.on("disconnect", () => process.exit(0));
try {
  const loaded = await load(runtime!, path!);
  process.on("message", (message: ToProcess) => {
    if (message.type === "stop") running.get(message.id)?.abort();
    else void run(loaded, message.id, message.wanted);
  });
  say({ type: "ready", context_tokens: loaded.context.contextSize, gpu: loaded.llama.gpu || null });
} catch (thrown) {
  say({ type: "broken", why: thrown instanceof Error ? thrown.message : String(thrown) });
}
