import { type Method, methodFor, type What, type WorkspaceMethod } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { checkEnvironment, referenceOf } from "./references.ts";
import type { External, UsedResource } from "./served.ts";

/** A resource of the workspace as an agent declares it: what it does not say, the table of methods does. */
export type DeclaredResource = What & {
  /** Whether it answers one person otherwise than another; unless told, it does. */
  readonly depends_on_user?: boolean;
  readonly method?: Method;
};

/** A host outside the workspace, and the environment variables that hold what it asks for. */
export interface DeclaredExternal {
  readonly host: string;
  readonly variables: readonly string[];
  readonly method?: Method;
}

/** What an agent may reach, and how. */
export interface Declaration {
  readonly name: string;
  readonly resources: readonly DeclaredResource[];
  readonly external?: readonly DeclaredExternal[];
  /** Values are plain, or name a secret: `{{secrets/scope/key}}`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The declaration with every method settled. */
export interface Settled {
  readonly resources: readonly UsedResource[];
  readonly external: readonly External[];
  readonly environment: Readonly<Record<string, string>>;
}

const HOST = /^[a-z0-9.-]+(:\d{1,5})?$/i;

/** @throws Fault INVALID_PARAMETER_VALUE when a method does not fit its resource, with the reason; or by an environment variable. */
export function settle({ name, resources, external = [], environment = {} }: Declaration): Settled {
  checkEnvironment(name, environment);
  const refuse = (why: string): never => {
    throw new Fault("INVALID_PARAMETER_VALUE", `The agent '${name}': ${why}`);
  };
  return {
    environment,
    resources: resources.map(({ type, name: of, method, depends_on_user }) => {
      const reached = { what: { type, name: of }, ...(depends_on_user !== undefined && { depends_on_user }) };
      const choice = methodFor(reached, method);
      if ("refused" in choice) return refuse(choice.refused);
      return { type, name: of, method: choice.method as WorkspaceMethod };
    }),
    external: external.map(({ host, variables, method }) => {
      const choice = methodFor({ external: host }, method);
      if ("refused" in choice) return refuse(choice.refused);
      if (!HOST.test(host)) return refuse(`'${host}' is no host name.`);
      const plain = variables.find((one) => !referenceOf(environment[one] ?? ""));
      if (plain !== undefined)
        return refuse(`the environment variable '${plain}' for '${host}' must be declared, as {{secrets/scope/key}}.`);
      return { host, variables };
    }),
  };
}
