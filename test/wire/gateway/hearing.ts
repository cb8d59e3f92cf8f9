import Anthropic from "@anthropic-ai/sdk";
import type { GenerateContentResponse } from "@google/genai";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { answering } from "../../models/answers.ts";
import type { Surface } from "./table.ts";

/** A choice of an answer, whatever the protocol. */
export interface Heard {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
  /** It ended as the protocol says that a filter ended it. */
  readonly isCut: boolean;
}

type Answer = string | JsonObject;

const openai = (answer: Answer): OpenAI =>
  new OpenAI({ apiKey: "k", baseURL: "http://server.example", fetch: answering(answer), maxRetries: 0 });
const asked = { model: "m", messages: [], max_tokens: 9 };

/** An answer as the vendor's own client reads it: a stream when it is a text. Google's has no network of one's own, but its types. */
export const hearing: Readonly<Record<Surface["protocol"], (answer: Answer) => Promise<readonly Heard[]>>> = {
  chat: async (answer) => {
    const { chat } = openai(answer);
    const { choices } =
      typeof answer === "string"
        ? await chat.completions.stream({ model: "m", messages: [] }).finalChatCompletion()
        : await chat.completions.create({ model: "m", messages: [] });
    return choices.map(({ message, finish_reason }) => ({
      text: message.content ?? "",
      calls: (message.tool_calls ?? []).map((call) =>
        call.type === "function"
          ? { name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown }
          : { name: call.type, arguments: null },
      ),
      isCut: finish_reason === "content_filter",
    }));
  },
  completions: async (answer) => {
    const { completions } = openai(answer);
    const choices: { text: string; calls: []; isCut: boolean }[] = [];
    const add = ({ index, text, finish_reason }: OpenAI.CompletionChoice): void => {
      choices[index] ??= { text: "", calls: [], isCut: false };
      choices[index].text += text;
      choices[index].isCut ||= finish_reason === "content_filter";
    };
    if (typeof answer !== "string") (await completions.create({ model: "m", prompt: "" })).choices.forEach(add);
    else
      for await (const chunk of await completions.create({ model: "m", prompt: "", stream: true }))
        chunk.choices.forEach(add);
    return choices;
  },
  responses: async (answer) => {
    const { responses } = openai(answer);
    const { output, incomplete_details } =
      typeof answer === "string"
        ? await responses.stream({ model: "m", input: "" }).finalResponse()
        : await responses.create({ model: "m", input: "" });
    const texts = output.flatMap((item) => (item.type === "message" ? item.content : []));
    const calls = output.flatMap((item) =>
      item.type === "function_call" ? [{ name: item.name, arguments: JSON.parse(item.arguments) as unknown }] : [],
    );
    const text = texts.map((one) => (one.type === "output_text" ? one.text : one.refusal)).join("");
    return [{ text, calls, isCut: incomplete_details?.reason === "content_filter" }];
  },
  messages: async (answer) => {
    const fetch = answering(answer);
    const { messages } = new Anthropic({ apiKey: "k", baseURL: "http://server.example", fetch, maxRetries: 0 });
    const { content, stop_reason } =
      typeof answer === "string" ? await messages.stream(asked).finalMessage() : await messages.create(asked);
    return [
      {
        text: content.map((one) => (one.type === "text" ? one.text : "")).join(""),
        calls: content.flatMap((one) => (one.type === "tool_use" ? [{ name: one.name, arguments: one.input }] : [])),
        isCut: stop_reason === "refusal",
      },
    ];
  },
  generateContent: async (answer) => {
    const heard: { text: string; calls: { name: string; arguments: unknown }[]; isCut: boolean }[] = [];
    for (const { candidates = [] } of typeof answer === "string" ? eventsIn(answer) : [answer as Content])
      for (const { index = 0, content, finishReason } of candidates) {
        heard[index] ??= { text: "", calls: [], isCut: false };
        const one = heard[index];
        for (const { text = "", functionCall } of content?.parts ?? []) {
          one.text += text;
          if (functionCall) one.calls.push({ name: functionCall.name ?? "", arguments: functionCall.args });
        }
        one.isCut ||= finishReason === "SAFETY";
      }
    return heard;
  },
};

type Content = Pick<GenerateContentResponse, "candidates">;

const eventsIn = (stream: string): readonly Content[] =>
  stream
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => JSON.parse(event.replace(/^data: /, "")) as Content);
