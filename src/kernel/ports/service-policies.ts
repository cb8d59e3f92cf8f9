import type { Json } from "#base/json.ts";
import type { Who } from "../who.ts";
import type { FunctionDefinition } from "./metastore.ts";

/** What a policy says of one request or answer. ASK wants somebody's consent. */
export interface PolicyVerdict {
  readonly result: "ALLOW" | "DENY" | "ASK";
  /** The policy's own words, where they stand in it as they are: what is put together from what it looked at is told to nobody. */
  readonly reason?: string;
}

/** A service policy, ready to look at events. Pure; the caller is who asks, whoever owns the policy. */
export type ServicePolicy = (event: Json, caller: Pick<Who, "subject" | "groups">) => PolicyVerdict;

/** Reads service policies. Implemented by sql, which runs them itself, without an engine. */
export interface ServicePolicies {
  /**
   * The policy that a function is. What it throws when it looks at an event is a denial.
   * @throws Fault BAD_REQUEST naming what a policy cannot hold, with its place in the text.
   */
  compile(definition: FunctionDefinition): ServicePolicy;
}
