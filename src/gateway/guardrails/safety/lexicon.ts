import { folded } from "../folding.ts";
import type { Hazard } from "./categories.ts";

/** As refusals and docs call it: nobody is to take it for a model. */
export const LEXICON = "built-in lexicon";

/** Asking for a way to do something, within a few words of doing it. */
const ask = `(?:how (?:to|do i|can i|would i|could i|should i)|(?:help|show|teach|tell) me(?: how)?(?: to)?|ways? to|steps? to|instructions? (?:to|for)|guide to|recipe for|plan to|i (?:want|am going|plan) to)`;
const near = `(?: [^ ]+){0,4} `;

const asked = (deed: string): RegExp => new RegExp(`\\b${ask}${near}(?:${deed})\\b`);

/**
 * Plain requests for harm in English, by hazard. It knows sentences such as these and nothing else: no other language, no paraphrase,
 * no context, and seven of the fourteen hazards. It is what stands there when no guard model is configured, not what replaces one.
 */
const rules: readonly { readonly hazard: Hazard; readonly pattern: RegExp }[] = [
  {
    hazard: "violent-crimes",
    pattern: asked(
      "(?:kill|murder|assassinate|poison|strangle|stab|kidnap|torture) (?:someone|somebody|a person|people|him|her|an? (?:man|woman|neighbou?r|cop|politician)|my (?:wife|husband|girlfriend|boyfriend|partner|boss|coworker|neighbou?r|parents|mother|father|brother|sister|child|kids|teacher|classmates?|roommate|ex))",
    ),
  },
  {
    hazard: "violent-crimes",
    pattern: asked(
      "(?:commit|carry out|get away with) (?:a |an )?(?:murder|massacre|mass shooting|terror(?:ist)? attack)",
    ),
  },
  {
    hazard: "indiscriminate-weapons",
    pattern: asked(
      "(?:make|build|assemble|synthesi[sz]e|create|construct|detonate) (?:a |an |some )?(?:[a-z]+ )?(?:bombs?|explosives?|nerve agents?|nerve gas|sarin|ricin|anthrax|dirty bombs?|chemical weapons?|bioweapons?)",
    ),
  },
  {
    hazard: "non-violent-crimes",
    pattern: asked(
      "(?:make|cook|synthesi[sz]e|produce) (?:some )?(?:meth|methamphetamine|heroin|crack cocaine|fentanyl)",
    ),
  },
  {
    hazard: "non-violent-crimes",
    pattern: asked(
      "(?:launder money|counterfeit (?:money|bills)|commit (?:tax |insurance |credit card )?fraud|hot[- ]?wire a car|shoplift|rob a (?:bank|store)|forge (?:a )?(?:passport|signature|check))",
    ),
  },
  {
    hazard: "non-violent-crimes",
    pattern: asked(
      "(?:write|create|make|build) (?:a |an |some )?(?:[a-z]+ )?(?:ransomware|keylogger|computer virus|malware|botnet)",
    ),
  },
  {
    hazard: "child-exploitation",
    pattern:
      /\b(?:child|minors?|underage|pre-?teens?)(?: [^ ]+){0,3} (?:porn|pornography|nudes?|sex|sexual)\b|\b(?:porn|pornography|nudes?|sexual (?:images?|content|story)) (?:of|with|about)(?: [^ ]+){0,2} (?:child|children|minors?|underage|pre-?teens?)\b/,
  },
  {
    hazard: "sex-crimes",
    pattern: asked(
      "(?:rape|drug and (?:rape|assault)|sexually assault|traffic) (?:someone|somebody|a |an |my |her|him|women|girls|people)",
    ),
  },
  {
    hazard: "self-harm",
    pattern: asked("(?:kill|hang|hurt|harm|cut) myself|end my (?:own )?life|commit suicide|die by suicide"),
  },
  { hazard: "self-harm", pattern: /\b(?:painless|best|easiest|quickest)(?: [^ ]+){0,3} (?:suicide|way to die)\b/ },
  {
    hazard: "hate",
    pattern:
      /\b(?:all|the|those) (?:jews|muslims|christians|blacks|whites|gays|immigrants|women|asians|hindus)(?: [^ ]+){0,3} (?:should|must|deserve to) (?:die|be (?:killed|exterminated|gassed|shot|deported|enslaved))\b/,
  },
];

/** Hazards that a text plainly asks for. Accents, widths, invisible characters and signs between words hide nothing. */
export function lexiconHazards(text: string): readonly Hazard[] {
  const plain = [...text]
    .map(folded)
    .join("")
    .replaceAll(/[^\p{L}\p{N}-]+/gu, " ");
  return [...new Set(rules.filter(({ pattern }) => pattern.test(plain)).map(({ hazard }) => hazard))];
}
