import type { AgentPrincipals, Doorway, Gate, LentBy, SecretSource, What, Who } from "#kernel/mod.ts";
import { endpoint, secretScope } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { referenceOf, type SecretReference } from "./references.ts";
import type { ServedAgent } from "./served.ts";

/** What a process gets as its environment, and which values of it are secret. */
export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

interface EnvironmentPorts {
  readonly gate: () => Gate;
  readonly secrets: SecretSource;
  readonly principals: Pick<AgentPrincipals, "whoIs">;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
}

/** Why a secret cannot be had, as whoever asks the agent may hear it: by the variable, with no word of scope, key or value. */
const withheld = (agent: string, variable: string, internal: string): Fault =>
  new Fault(
    "INVALID_STATE",
    `The agent '${agent}' cannot be started: the secret for its environment variable '${variable}' does not exist, or the endpoint's owner may not read it. Ask the owner to give the endpoint a secret that they have READ on.`,
    { internal },
  );

/**
 * Reads the secrets that an agent's environment variables name, when its process starts: each by a permit of the agent's own
 * principal, to which the endpoint lends what its owner may read now. Nothing that a request brings is looked at.
 */
export function environments(ports: EnvironmentPorts) {
  /** @throws Fault INVALID_STATE when a secret cannot be had; the denial is on record before. */
  return async (agent: ServedAgent, doorway: Doorway): Promise<Environment> => {
    const named = Object.entries(agent.environment).flatMap(([variable, value]) => {
      const reference = referenceOf(value);
      return reference ? [{ variable, reference }] : [];
    });
    if (named.length === 0) return { variables: agent.environment, secrets: [] };
    const who = agent.principal && (await ports.principals.whoIs(agent.principal, ["secrets"]));
    if (!who) throw principalGone(agent.name);
    const what = endpoint(agent.name);
    const owner = await ports.ownerOf(what);
    if (owner === undefined) throw new Fault("RESOURCE_DOES_NOT_EXIST", `Serving endpoint '${agent.name}' is gone.`);
    const read: Record<string, string> = {};
    for (const { variable, reference } of named) {
      const lent_by: LentBy = { what, owner };
      const manual = reasonFor(agent, variable, owner);
      read[variable] = await secretFor(ports, { agent, variable, reference, who, doorway, lent_by, manual });
    }
    return { variables: { ...agent.environment, ...read }, secrets: Object.values(read) };
  };
}

interface Reading {
  readonly agent: ServedAgent;
  readonly variable: string;
  readonly reference: SecretReference;
  readonly who: Who;
  readonly doorway: Doorway;
  readonly lent_by: LentBy;
  readonly manual: string;
}

async function secretFor({ gate, secrets }: EnvironmentPorts, reading: Reading): Promise<string> {
  const { agent, variable, reference, who, doorway, lent_by, manual } = reading;
  const { scope, key } = reference;
  const refuse = (thrown: unknown): Fault => {
    const fault = faultOf(thrown);
    const isRefusal = fault.code === "PERMISSION_DENIED" || fault.code === "RESOURCE_DOES_NOT_EXIST";
    return isRefusal ? withheld(agent.name, variable, `${fault.code} for secret scope '${scope}'`) : fault;
  };
  const entering = gate().enter(who, "secret.get", secretScope(scope), doorway, { lent_by, manual });
  await using permit = await entering.catch((thrown: unknown) => Promise.reject(refuse(thrown)));
  try {
    const text = textOf(await secrets.get(permit, key));
    if (text === undefined)
      throw new Fault(
        "INVALID_STATE",
        `The agent '${agent.name}' cannot be started: the secret for its environment variable '${variable}' is no text.`,
      );
    await permit.settle({ status: "ok" });
    return text;
  } catch (thrown) {
    await permit.settle({ status: "error", error_code: faultOf(thrown).code });
    throw refuse(thrown);
  }
}

/** Why the stored credential is read: for a host outside where one is declared, and by whose right. */
function reasonFor({ name, external }: ServedAgent, variable: string, owner: string): string {
  const hosts = external.filter((one) => one.variables.includes(variable)).map((one) => `'${one.host}'`);
  const purpose = hosts.length > 0 ? `for ${hosts.join(", ")}, outside the workspace` : "as declared";
  return `the agent '${name}' starts with a stored credential in '${variable}', ${purpose}; its endpoint's owner '${owner}' may read it`;
}

function textOf(value: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

const principalGone = (agent: string): Fault =>
  new Fault(
    "INVALID_STATE",
    `The agent '${agent}' cannot be started: its service principal is deactivated or gone, so no secret is read for it. Ask an administrator to activate it.`,
  );
