import { Fault } from "#wire/errors.ts";

/** Where a secret lies. */
export interface SecretReference {
  readonly scope: string;
  readonly key: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WHOLE = /^\{\{secrets\/([\w.@-]+)\/([\w.@-]+)\}\}$/;
const ANYWHERE = /\{\{\s*secrets\s*\//;

/** Set by the server itself in every agent's process; and by them an SDK finds its host and its credentials. */
const reserved = /^(DATABRICKS_|DB_MODEL_SERVING_|IS_IN_D|TZ$)/;

/** One environment block of a process, as Linux takes it without a copy of megabytes: a few keys and settings. */
const VARIABLES_MAX = 100;
const VALUE_CHARACTERS_MAX = 32_768;

/** The secret that a declared value names, `{{secrets/scope/key}}`; undefined for a plain text. Source: Databricks docs, model serving. */
export function referenceOf(value: string): SecretReference | undefined {
  const [, scope, key] = WHOLE.exec(value) ?? [];
  return scope !== undefined && key !== undefined ? { scope, key } : undefined;
}

/** @throws Fault INVALID_PARAMETER_VALUE naming the variable, never its value. */
export function checkEnvironment(agent: string, environment: Readonly<Record<string, string>>): void {
  const refuse = (why: string): never => {
    throw new Fault("INVALID_PARAMETER_VALUE", `The agent '${agent}': ${why}`);
  };
  const declared = Object.entries(environment);
  if (declared.length > VARIABLES_MAX) refuse(`an agent has at most ${VARIABLES_MAX} environment variables.`);
  for (const [name, value] of declared) {
    if (!NAME.test(name)) refuse("an environment variable's name has letters, digits and _, and begins with no digit.");
    if (reserved.test(name)) refuse(`the environment variable '${name}' is set by the server.`);
    if (value.length > VALUE_CHARACTERS_MAX || value.includes("\0"))
      refuse(`the value of '${name}' has more than ${VALUE_CHARACTERS_MAX} characters, or holds U+0000.`);
    if (ANYWHERE.test(value) && !referenceOf(value))
      refuse(`the value of '${name}' names a secret, so it must be {{secrets/scope/key}} and nothing else.`);
  }
}
