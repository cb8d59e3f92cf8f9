import type { ModelRequest } from "#models/mod.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { isGuarded, rulesOf } from "./config.ts";
import { readJson, readText } from "./json-text.ts";
import { Keywords } from "./keywords.ts";
import { Masking } from "./masking.ts";
import { decoded, type Rewriting, rewritten } from "./request-texts.ts";

/** Stands for a text that is not kept since a keyword is in it. */
const WITHHELD = "<INVALID_KEYWORDS>";
const WITHHELD_JSON = JSON.stringify({ withheld: "invalid_keywords" });

/**
 * A request as it may be kept, whether or not it was let through: personal data is masked as for a model, and a text in which there is a
 * keyword is left out. No judge is asked.
 */
export function redacted(request: ModelRequest, config: GuardrailParameters | undefined): ModelRequest {
  if (!isGuarded(config)) return request;
  const { pii, keywords } = rulesOf(config);
  const spoken = keywords ? rewritten(request, withholding(new Keywords(keywords))) : request;
  return pii ? rewritten(spoken, new Masking()) : spoken;
}

/** Looks at texts as the guardrail on keywords does. */
function withholding(keywords: Keywords): Rewriting {
  const unless = (text: string, seen = text): string => (keywords.areIn(seen) ? WITHHELD : text);
  return {
    texts: (pieces) => {
      const isIn = pieces.some((piece) => keywords.areIn(readText(piece))) || keywords.areIn(pieces.join(""));
      return isIn ? pieces.map(() => WITHHELD) : pieces;
    },
    json: (text) => (keywords.areIn(readJson(text)) ? WITHHELD_JSON : text),
    url: (url) => unless(url, decoded(url)),
    name: (name) => unless(name),
    id: (id) => unless(id),
  };
}
