import { type Privilege, privileges } from "#wire/privileges.ts";
import type { Grant, Revoke, ShowGrants } from "../ast/grants.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";
import { parsePrincipal, parseSecurable } from "./securable.ts";

function isPrivilege(word: string): word is Privilege {
  return Object.hasOwn(privileges, word) && !word.startsWith("CAN_");
}

/** One privilege, spelled with spaces: `USE CATALOG`, `ALL PRIVILEGES`. */
function parsePrivilege(parser: Parser): Privilege {
  const { at } = parser;
  const words: string[] = [];
  for (let token = parser.peek(); token.kind === "word" && token.word !== "ON"; token = parser.peek()) {
    words.push(token.word);
    parser.next();
  }
  if (parser.isSymbol("(")) throw unsupportedFault(parser.at, "A privilege on columns", "Use a column mask or a view.");
  if (words.length === 0) throw parser.unexpected("a privilege");
  const spelled = words.join(" ");
  const privilege = spelled === "ALL" ? "ALL_PRIVILEGES" : words.join("_");
  if (!isPrivilege(privilege)) throw unsupportedFault(at, `The privilege ${spelled.slice(0, 60)}`);
  return privilege;
}

/** `GRANT privileges ON securable TO principal`. */
export function parseGrant(parser: Parser): Grant {
  const { at } = parser;
  parser.expect("GRANT");
  const granted = parser.list(() => parsePrivilege(parser));
  parser.expect("ON");
  const target = parseSecurable(parser);
  parser.expect("TO");
  const principal = parsePrincipal(parser);
  if (parser.isWord("WITH")) throw unsupportedFault(parser.at, "WITH GRANT OPTION", "Grant MANAGE instead.");
  return Object.freeze({ kind: "grant", at, privileges: granted, target, principal });
}

/** `REVOKE privileges ON securable FROM principal`. */
export function parseRevoke(parser: Parser): Revoke {
  const { at } = parser;
  parser.expect("REVOKE");
  const revoked = parser.list(() => parsePrivilege(parser));
  parser.expect("ON");
  const target = parseSecurable(parser);
  parser.expect("FROM");
  return Object.freeze({ kind: "revoke", at, privileges: revoked, target, principal: parsePrincipal(parser) });
}

/** `SHOW {GRANTS | GRANT} [principal] ON securable`, behind SHOW. */
export function parseShowGrants(parser: Parser, at: ShowGrants["at"]): ShowGrants {
  if (!parser.accept("GRANTS") && !parser.accept("GRANT")) throw syntaxFault(at, "Expected GRANTS behind SHOW.");
  const principal = parser.isWord("ON") ? null : parsePrincipal(parser);
  parser.expect("ON");
  return Object.freeze({ kind: "show_grants", at, target: parseSecurable(parser), principal });
}
