import type { Clock } from "#base/clock.ts";
import { ON_BEHALF_OF_TOKEN_SECONDS } from "#base/limits.ts";
import type { Actor, AgentPrincipals, Principal, Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { isSubject, whoOf } from "./authenticate.ts";
import type { DirectoryEntry } from "./directory.ts";
import type { SubjectStore } from "./store/subjects.ts";

interface AgentPrincipalPorts {
  readonly accessTokens: AccessTokens;
  readonly createIn: (transaction: Transaction, input: { readonly display_name: string }) => Promise<DirectoryEntry>;
  readonly subjects: SubjectStore;
  readonly workspace: string;
  readonly clock: Clock;
}

/** The principals of agents, for automatic passthrough: a token of the agent's own principal, bound to the agent. */
export function agentPrincipals(ports: AgentPrincipalPorts): AgentPrincipals {
  return {
    registerIn: async (transaction, display_name) => {
      const { id, name } = await ports.createIn(transaction, { display_name });
      return { kind: "service_principal", id, name };
    },
    mintAsItself: (actor) => mintAsItself(ports, actor),
    whoIs: async ({ id }: Principal, scopes) => {
      const row = await ports.subjects.byId(id);
      return isSubject(row) ? whoOf(ports, row, scopes, {}) : undefined;
    },
  };
}

/** As short-lived as a token on behalf of somebody; no grant of the token endpoint takes it as a subject token. */
async function mintAsItself(
  { accessTokens, clock }: AgentPrincipalPorts,
  { kind, name, scopes, own }: Actor,
): Promise<{ readonly token: string; readonly expires_at_ms: number }> {
  if (!own)
    throw new Fault("INVALID_STATE", `The ${kind} '${name}' has no service principal of its own. Update its endpoint.`);
  const expires_at_s = Math.floor(clock.now_ms() / 1000) + ON_BEHALF_OF_TOKEN_SECONDS;
  const actor = { kind, name, itself: true } as const;
  const token = await accessTokens.sign({ subject: own.principal, client: name, scopes, actor, expires_at_s });
  return { token, expires_at_ms: expires_at_s * 1000 };
}
