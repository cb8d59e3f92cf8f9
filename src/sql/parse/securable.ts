import type { Principal, SecurableReference } from "../ast/securable.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { parseCatalogName, parseSchemaName } from "./names.ts";
import type { Parser } from "./parser.ts";

type Word = SecurableReference["word"];

/** Each word for a kind of securable. */
const kinds: ReadonlyMap<string, Word> = new Map<string, Word>([
  ["METASTORE", "METASTORE"],
  ["CATALOG", "CATALOG"],
  ["SCHEMA", "SCHEMA"],
  ["DATABASE", "SCHEMA"],
  ["TABLE", "TABLE"],
  ["VIEW", "VIEW"],
  ["FUNCTION", "FUNCTION"],
]);

const refusedKinds: readonly string[] = [
  "VOLUME",
  "MATERIALIZED VIEW",
  "PROCEDURE",
  "CONNECTION",
  "SERVER",
  "EXTERNAL LOCATION",
  "EXTERNAL METADATA",
  "STORAGE CREDENTIAL",
  "SERVICE CREDENTIAL",
  "CREDENTIAL",
  "SHARE",
  "RECIPIENT",
  "PROVIDER",
  "CLEAN ROOM",
  "ANY FILE",
  "ANONYMOUS FUNCTION",
];

/** Reads the kind when one of `allowed` stands here. */
export function acceptKind(parser: Parser, allowed: readonly Word[]): Word | undefined {
  const token = parser.peek();
  const word = token.kind === "word" ? kinds.get(token.word) : undefined;
  if (word === undefined || !allowed.includes(word)) return undefined;
  parser.next();
  return word;
}

/** What stands behind a kind; `word` decides how many parts the name has. */
export function parseSecurableName(parser: Parser, word: Word, at: SecurableReference["at"]): SecurableReference {
  const type = word === "VIEW" ? "TABLE" : word;
  if (word === "METASTORE") return Object.freeze({ kind: "securable", at, word, type, name: null });
  const parse = word === "CATALOG" ? parseCatalogName : word === "SCHEMA" ? parseSchemaName : undefined;
  const name = parse === undefined ? parser.name(`a ${word.toLowerCase()}'s name`) : parse(parser);
  return Object.freeze({ kind: "securable", at, word, type, name });
}

/** `[kind] name` behind ON of GRANT, REVOKE and SHOW GRANTS; without a kind a table. */
export function parseSecurable(parser: Parser): SecurableReference {
  const { at } = parser;
  for (const words of refusedKinds) {
    if (parser.isWords(words) && !parser.isSymbol(".", words.split(" ").length)) {
      throw unsupportedFault(at, `Privileges on a ${words}`);
    }
  }
  if (parser.isSymbol(".", 1)) return parseSecurableName(parser, "TABLE", at);
  const word = acceptKind(parser, ["METASTORE", "CATALOG", "SCHEMA", "TABLE", "VIEW", "FUNCTION"]) ?? "TABLE";
  if ((word === "CATALOG" || word === "SCHEMA") && !parser.isIdentifier()) {
    return Object.freeze({ kind: "securable", at, word, type: word, name: null });
  }
  return parseSecurableName(parser, word, at);
}

/** A user, service principal or group. */
export function parsePrincipal(parser: Parser): Principal {
  const principal = parser.identifier("a principal");
  if (parser.isSymbol("@") || parser.isSymbol("-") || parser.isSymbol(".")) {
    throw syntaxFault(
      principal.at,
      "A principal whose name has special characters stands in back-ticks: `name@example.com`.",
    );
  }
  return principal;
}
