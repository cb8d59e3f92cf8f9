import type { SecurableType } from "#wire/securables.ts";
import { spoken, type What } from "./what.ts";

/** How an agent or app proves to a resource who asks. */
export type Method = "on_behalf_of" | "automatic_passthrough" | "manual";

/** The methods by which a resource of the workspace is reached. */
export type WorkspaceMethod = Exclude<Method, "manual">;

/** What an agent reaches for: a host outside, or a resource of the workspace. */
export type Reached =
  | { readonly external: string }
  | {
      readonly what: What;
      /** Whether it answers one person otherwise than another. Unless told, it does: nobody then sees by an agent what is another's. */
      readonly depends_on_user?: boolean;
    };

/** The method that applies and the reason; or why none does, or not the one that was asked for. */
export type MethodChoice = { readonly method: Method; readonly because: string } | { readonly refused: string };

interface Row {
  /** Why no agent declares it. */
  readonly undeclarable?: string;
  /** Why an agent does not reach it as itself. */
  readonly not_as_itself?: string;
}

const OPEN = "every caller stands on it. Declare what is beneath it";

/** Of what has no row: people, credentials, rules. */
const others: Row = { not_as_itself: "whoever may ask the agent would administer the workspace by it" };

// biome-ignore format: a table is read in columns
const rows: Readonly<Partial<Record<SecurableType, Row>>> = Object.freeze({
  METASTORE:    { undeclarable: OPEN },
  WORKSPACE:    { undeclarable: OPEN },
  STATEMENT:    { undeclarable: "an agent reaches the statements that it ran itself, and no others" },
  CATALOG:      {},
  SCHEMA:       {},
  TABLE:        {},
  FUNCTION:     {},
  MODEL_SERVICE: {},
  WAREHOUSE:    {},
  ENDPOINT:     {},
  SECRET_SCOPE: { not_as_itself: "its secrets reach an agent's process by declared environment variables" },
});

/**
 * Which method applies: manual outside the workspace, on behalf of who asks where the answer depends on that, else the agent's
 * own principal. With `wanted`, whether that one fits.
 */
export function methodFor(reached: Reached, wanted?: Method): MethodChoice {
  if ("external" in reached) return outside(reached.external, wanted);
  const { what, depends_on_user } = reached;
  const row = rows[what.type] ?? others;
  const of = spoken(what);
  if (row.undeclarable !== undefined) return { refused: `${of} cannot be declared: ${row.undeclarable}.` };
  if (wanted === "manual")
    return {
      refused: `${of} is not reached by a stored credential, which would be neither narrowed nor bound to the agent: tokens for the workspace are made for each request.`,
    };
  if (wanted === "automatic_passthrough" && depends_on_user === true)
    return {
      refused: `What ${of} answers depends on who asks, and the agent's own principal would give everybody the same.`,
    };
  const asItself = wanted === "automatic_passthrough" || (wanted === undefined && depends_on_user === false);
  if (!asItself)
    return {
      method: "on_behalf_of",
      because:
        depends_on_user === false
          ? `${of} is for those who hold it themselves`
          : `what ${of} answers depends on who asks`,
    };
  if (row.not_as_itself !== undefined)
    return { refused: `An agent does not reach ${of} as itself: ${row.not_as_itself}.` };
  return { method: "automatic_passthrough", because: `${of} answers everybody alike` };
}

function outside(host: string, wanted: Method | undefined): MethodChoice {
  if (wanted === undefined || wanted === "manual")
    return { method: "manual", because: `'${host}' is outside the workspace, whose tokens it does not know` };
  return {
    refused: `'${host}' is outside the workspace: no token of the workspace's may be sent there. Give it a secret of its own.`,
  };
}
