import type { Principal, What, WorkspaceMethod } from "#kernel/mod.ts";
import type { Scope } from "#wire/scopes.ts";
import type { AgentCode } from "./process/spawn.ts";

interface Described {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly creator: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** An endpoint that serves a chat model. */
export interface FoundationModel extends Described {
  readonly kind: "foundation_model";
  /** The model's name in `models`. */
  readonly model: string;
}

/** What an agent reaches in the workspace, and as whom. */
export type UsedResource = What & { readonly method: WorkspaceMethod };

/** A host outside, and the environment variables that hold what it asks for. */
export interface External {
  readonly host: string;
  readonly variables: readonly string[];
}

/** An endpoint that serves an agent, with all that it may ever reach for the people it acts for. */
export interface ServedAgent extends Described {
  readonly kind: "agent";
  readonly code: AgentCode;
  readonly scopes: readonly Scope[];
  readonly resources: readonly UsedResource[];
  readonly external: readonly External[];
  /** As declared: secrets by reference. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its own; absent of an agent from before agents had one, until its next update. */
  readonly principal?: Principal;
}

export type ServedEndpoint = FoundationModel | ServedAgent;
