import { groups, stopWords } from "./lexicon.ts";

/** A content word of a text: as written, and the concept it stands for (its synonym group, or its stem). */
export interface Word {
  readonly text: string;
  readonly concept: string;
}

const conceptOfStem: ReadonlyMap<string, string> = new Map(
  groups.flatMap((group) => {
    const words = group.split(" ");
    return words.map((word) => [stem(word), words[0]!] as const);
  }),
);

/** The content words of a text: lower case, accents and stop words removed, identifiers split at underscores and humps. */
export function wordsOf(text: string): readonly Word[] {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/['’]s\b/g, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1 && !/^\d/.test(word) && !stopWords.has(word))
    .map((word) => ({ text: word, concept: conceptOf(word) }));
}

/** The synonym group of a word, or its stem when it is in none. */
export function conceptOf(word: string): string {
  const root = stem(word.toLowerCase());
  return conceptOfStem.get(root) ?? root;
}

/** A light English stemmer: plural, participle and adverb endings, and one letter of a doubled consonant. */
function stem(word: string): string {
  let root = word;
  if (root.length > 4 && /(?:sses|shes|ches|xes|zes)$/.test(root)) root = root.slice(0, -2);
  else if (root.length > 4 && root.endsWith("ies")) root = `${root.slice(0, -3)}y`;
  else if (root.length > 3 && /[^su]s$/.test(root)) root = root.slice(0, -1);
  for (const ending of ["ing", "edly", "ed", "ly", "ern"]) {
    if (root.length - ending.length >= 3 && root.endsWith(ending)) {
      root = root.slice(0, -ending.length);
      break;
    }
  }
  if (/([bdfgmnprt])\1$/.test(root)) root = root.slice(0, -1);
  return root.length > 3 ? root.replace(/e$/, "").replace(/y$/, "i") : root;
}
