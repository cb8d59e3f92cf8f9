import type { DeclaredCondition, DeclaredPolicy } from "./declared.ts";

/** A declared policy as the statement that makes it; `on` is `SCHEMA harbour.crew`. */
export function policyText(name: string, on: string, said: DeclaredPolicy): string {
  const names = (all: readonly string[]) => all.map((one) => `\`${one}\``).join(", ");
  const match = Object.entries(said.match ?? {}).map(([alias, condition]) => `${conditionText(condition)} AS ${alias}`);
  return [
    `CREATE POLICY ${name} ON ${on}`,
    said.filter ? `ROW FILTER ${said.filter}` : `COLUMN MASK ${said.mask}`,
    `TO ${names(said.to)}`,
    said.except ? `EXCEPT ${names(said.except)}` : "",
    "FOR TABLES",
    said.when ? `WHEN ${conditionText(said.when)}` : "",
    match.length > 0 ? `MATCH COLUMNS ${match.join(", ")}` : "",
    said.on ? `ON COLUMN ${said.on}` : "",
    said.using ? `USING COLUMNS (${said.using.join(", ")})` : "",
  ].join(" ");
}

function conditionText(said: DeclaredCondition): string {
  if ("has_tag" in said) return `has_tag('${said.has_tag}')`;
  if ("has_tag_value" in said) return `has_tag_value('${said.has_tag_value[0]}', '${said.has_tag_value[1]}')`;
  if ("not" in said) return `NOT ${conditionText(said.not)}`;
  const [word, parts] = "all" in said ? [" AND ", said.all] : [" OR ", said.any];
  return `(${parts.map(conditionText).join(word)})`;
}
