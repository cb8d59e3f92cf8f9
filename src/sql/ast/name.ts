import { Fault } from "#wire/errors.ts";
import type { Position } from "./position.ts";

/** One part of a name, as written: case kept, back-ticks removed. Compare by `nameKey`. */
export interface Identifier {
  readonly kind: "identifier";
  readonly at: Position;
  readonly text: string;
  readonly quoted: boolean;
}

/** A possibly qualified name of a securable or function: one to three parts, outermost first. */
export interface Name {
  readonly kind: "name";
  readonly at: Position;
  readonly parts: readonly Identifier[];
}

/** What an object's name may not hold in Unity Catalog ("names", object names): it would make a dotted name ambiguous. */
const forbiddenInObjectNames = /[./\s\p{Cc}]/u;

/** The form under which an identifier is compared: names in the dialect do not distinguish case. */
export function nameKey(identifier: Identifier): string {
  return identifier.text.toLowerCase();
}

/**
 * The name as the metastore spells it: lower-case parts joined by dots, none added.
 * Throws INVALID_PARAMETER_VALUE when a part holds a dot, slash, space or control character, so that no
 * back-ticked part can pass for two.
 */
export function dottedName(name: Name): string {
  for (const part of name.parts) {
    if (part.text === "" || forbiddenInObjectNames.test(part.text)) {
      throw new Fault(
        "INVALID_PARAMETER_VALUE",
        `\`${part.text}\` at line ${part.at.line}, column ${part.at.column} is not an object's name: ` +
          "names hold no dot, slash, space or control character.",
        { position: { line: part.at.line, column: part.at.column }, sqlstate: "42602", reason: "INVALID_NAME" },
      );
    }
  }
  return name.parts.map(nameKey).join(".");
}
