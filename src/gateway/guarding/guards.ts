import type { Permit } from "#kernel/mod.ts";
import { createAsk } from "../ask.ts";
import type { GuardContext } from "../guardrails/mod.ts";
import { enterGuard, type GuardPorts } from "./enter.ts";
import { type JudgeSettings, judgeBy } from "./judge.ts";

/** What the guardrails of one question may ask. */
export type Guards = Pick<GuardContext, "judge" | "endpoint">;

/** The guards of a question to the permit's endpoint or model service: its owner lends the right to ask the endpoints that it names. */
export function createGuards(
  ports: GuardPorts,
  settings: JudgeSettings | undefined,
): (guarded: Permit<"endpoint.query">) => Guards {
  const isAgent = async (permit: Permit<"endpoint.query">) => (await ports.registry.get(permit)).kind === "agent";
  return (guarded) => ({
    ...(settings && { judge: judgeBy(ports, settings, guarded) }),
    endpoint: async (name, text, signal) => {
      const permit = await enterGuard(ports, guarded, name, guarded.what);
      return await createAsk(ports.invoke(), isAgent)(permit, { text, fields: {} }, signal);
    },
  });
}
