import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "#base/json.ts";
import type { ChatItem } from "./history.ts";

/** Its packages are large and native: they have a folder and a lock file of their own, and are installed by whoever wants them. */
const RUNTIME = resolve(import.meta.dirname, "../../../runtimes/llama");

/** The command that installs what runs a model. */
export const INSTALL = "npm run install:llama";

/** Address of `node-llama-cpp`; undefined when it is not installed. */
export function runtimeAddress(folder: string = RUNTIME): string | undefined {
  const entry = join(folder, "node_modules/node-llama-cpp/dist/index.js");
  return existsSync(entry) ? pathToFileURL(entry).href : undefined;
}

/** What is used of `node-llama-cpp` 3.21, whose own types are there only where it is installed. Source: its declaration files. */
export interface LlamaModule {
  getLlama(options: {
    readonly build: "never";
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly logLevel: "error";
  }): Promise<Llama>;
  readonly LlamaChat: new (options: { readonly contextSequence: Sequence; readonly chatWrapper: Wrapper }) => Chat;
  resolveChatWrapper(model: Model): Wrapper;
}

export interface Llama {
  /** "cuda", "vulkan", "metal", or false. */
  readonly gpu: string | false;
  loadModel(options: { readonly modelPath: string }): Promise<Model>;
  createGrammarForJsonSchema(schema: JsonObject): Promise<Grammar>;
}

export interface Model {
  readonly tokenizer: (text: string) => readonly number[];
  createContext(options: {
    readonly sequences: number;
    readonly contextSize: { readonly max: number };
    readonly threads: number;
  }): Promise<Context>;
}

export interface Context {
  /** Tokens of each sequence. */
  readonly contextSize: number;
  getSequence(): Sequence;
}

export interface Sequence {
  clearHistory(): Promise<void>;
}

export interface Wrapper {
  generateContextState(of: { readonly chatHistory: readonly ChatItem[]; readonly availableFunctions?: Functions }): {
    readonly contextText: { tokenize(tokenizer: Model["tokenizer"]): readonly number[] };
  };
}

export type Grammar = { readonly grammar: string };

export type Functions = Readonly<Record<string, { readonly description?: string; readonly params?: JsonObject }>>;

export interface ResponseOptions {
  readonly signal: AbortSignal;
  readonly stopOnAbortSignal: true;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly seed: number;
  readonly repeatPenalty:
    | false
    | { readonly penalty: 1; readonly presencePenalty: number; readonly frequencyPenalty: number };
  readonly customStopTriggers: readonly string[];
  readonly grammar?: Grammar;
  readonly functions?: Functions;
  readonly maxParallelFunctionCalls?: number;
  readonly onResponseChunk: (chunk: {
    readonly segmentType: string | undefined;
    readonly text: string;
    readonly tokens: readonly number[];
  }) => void;
  readonly onFunctionCall?: (call: { readonly functionName: string; readonly params: JsonObject }) => void;
  readonly onFunctionCallParamsChunk?: (chunk: { readonly paramsChunk: string }) => void;
}

export interface Chat {
  generateResponse(
    history: readonly ChatItem[],
    options: ResponseOptions,
  ): Promise<{ readonly metadata: { readonly stopReason: string } }>;
  dispose(): void;
}
