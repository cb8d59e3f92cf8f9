import type { Field } from "../fields.ts";

/** Sources of all tables here: ai.google.dev/api/generate-content, @google/genai (GenerateContentConfig and what it holds). */
const NO_SERVER = "nothing of the provider's own server is reached through here. Leave it out.";
const NOT_HERE = "models of this server have no such thing in common. Leave it out.";
const TEXT_ONLY = "models of this server answer in text.";

// biome-ignore format: a table is read in columns
export const requestFields: Readonly<Record<string, Field>> = {
  contents: "read", systemInstruction: "read", tools: "read", toolConfig: "read", generationConfig: "read", stream: "read",
  labels: "ignored",
  safetySettings: { only: [[]], otherwise: "guardrails are the endpoint's own. Leave it out." },
  cachedContent: { refused: NO_SERVER }, store: { only: [false], otherwise: NO_SERVER }, serviceTier: { refused: NO_SERVER },
  modelArmorConfig: { refused: NO_SERVER },
  system_instruction: { refused: "write 'systemInstruction'." }, generation_config: { refused: "write 'generationConfig'." },
  tool_config: { refused: "write 'toolConfig'." }, safety_settings: { refused: "guardrails are the endpoint's own." },
};

// biome-ignore format: a table is read in columns
export const generationFields: Readonly<Record<string, Field>> = {
  candidateCount: "read", maxOutputTokens: "read", temperature: "read", topP: "read", topK: "read", stopSequences: "read", seed: "read",
  presencePenalty: "read", frequencyPenalty: "read", responseMimeType: "read", responseSchema: "read", responseJsonSchema: "read",
  thinkingConfig: "read",
  responseModalities: { only: [["TEXT"]], otherwise: TEXT_ONLY }, responseLogprobs: { only: [false], otherwise: NOT_HERE },
  logprobs: { refused: NOT_HERE }, mediaResolution: { refused: NOT_HERE }, speechConfig: { refused: TEXT_ONLY },
  imageConfig: { refused: TEXT_ONLY }, audioTimestamp: { only: [false], otherwise: NOT_HERE },
  enableEnhancedCivicAnswers: { only: [false], otherwise: NOT_HERE }, routingConfig: { refused: "the endpoint routes." },
  modelSelectionConfig: { refused: "the endpoint routes." }, responseFormat: { refused: "use 'responseJsonSchema'." },
  _responseJsonSchema: { refused: "use 'responseJsonSchema'." },
};

export const thinkingFields: Readonly<Record<string, Field>> = {
  includeThoughts: "read",
  thinkingBudget: "read",
  thinkingLevel: "read",
};

export const contentFields: Readonly<Record<string, Field>> = { role: "read", parts: "read" };

/** A part has one of these, and what may stand beside it. */
const beside = { partMetadata: "ignored" } as const;

// biome-ignore format: a table is read in columns
export const partFields = {
  text:             { text: "read", thought: "read", thoughtSignature: "read", ...beside },
  inlineData:       { inlineData: "read", thoughtSignature: "ignored", ...beside },
  fileData:         { fileData: "read", ...beside },
  functionCall:     { functionCall: "read", thoughtSignature: "read", ...beside },
  functionResponse: { functionResponse: "read", ...beside },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;

export const inlineFields: Readonly<Record<string, Field>> = { mimeType: "read", data: "read", displayName: "ignored" };
export const fileFields: Readonly<Record<string, Field>> = {
  mimeType: "read",
  fileUri: "read",
  displayName: "ignored",
};
export const callFields: Readonly<Record<string, Field>> = { id: "read", name: "read", args: "read" };
export const resultFields: Readonly<Record<string, Field>> = {
  id: "read",
  name: "read",
  response: "read",
  willContinue: { only: [false], otherwise: "send the whole result." },
  parts: { refused: "put what the function gave back into 'response'." },
};

// biome-ignore format: a table is read in columns
export const toolFields: Readonly<Record<string, Field>> = {
  functionDeclarations: "read",
  googleSearch: { refused: NO_SERVER }, googleSearchRetrieval: { refused: NO_SERVER }, googleMaps: { refused: NO_SERVER },
  codeExecution: { refused: NO_SERVER }, computerUse: { refused: NO_SERVER }, urlContext: { refused: NO_SERVER },
  fileSearch: { refused: NO_SERVER }, retrieval: { refused: NO_SERVER }, enterpriseWebSearch: { refused: NO_SERVER },
  mcpServers: { refused: NO_SERVER },
};

// biome-ignore format: a table is read in columns
export const functionFields: Readonly<Record<string, Field>> = {
  name: "read", description: "read", parameters: "read", parametersJsonSchema: "read", response: "ignored", responseJsonSchema: "ignored",
  behavior: { only: ["BLOCKING"], otherwise: "functions are waited for." },
};

export const toolConfigFields: Readonly<Record<string, Field>> = {
  functionCallingConfig: "read",
  retrievalConfig: { refused: NO_SERVER },
  includeServerSideToolInvocations: { only: [false], otherwise: NO_SERVER },
};

export const callingFields: Readonly<Record<string, Field>> = {
  mode: "read",
  allowedFunctionNames: "read",
  streamFunctionCallArguments: { only: [false], otherwise: "a call comes whole." },
};

/** Of Google's Schema: the same words as JSON Schema's unless `schema.ts` says otherwise. */
// biome-ignore format: a table is read in columns
export const schemaFields: Readonly<Record<string, Field>> = {
  type: "read", nullable: "read", properties: "read", items: "read", anyOf: "read", enum: "read", required: "read", default: "read",
  description: "read", title: "read", format: "read", pattern: "read", example: "read", minimum: "read", maximum: "read",
  minItems: "read", maxItems: "read", minLength: "read", maxLength: "read", minProperties: "read", maxProperties: "read",
  propertyOrdering: "ignored",
};
