import { Fault } from "#wire/errors.ts";
import type { PublicTokenInfo, TokenInfo } from "#wire/identity/credentials.ts";

interface Token {
  readonly id: string;
  readonly principal_id: string;
  readonly scopes: readonly string[];
  readonly comment: string;
  readonly created_by: string | null;
  readonly created_by_name?: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** A token as its owner sees it. */
export function publicInfo({ id, comment, scopes, created_at, expires_at }: Token): PublicTokenInfo {
  return {
    token_id: id,
    comment,
    scopes: [...scopes],
    creation_time: created_at.getTime(),
    expiry_time: expires_at.getTime(),
  };
}

/** A token as administrators see it. */
export function managedInfo(token: Token, workspace_id: string): TokenInfo {
  return {
    ...publicInfo(token),
    owner_id: Number(token.principal_id),
    ...(token.created_by !== null && { created_by_id: Number(token.created_by) }),
    ...(token.created_by_name && { created_by_username: token.created_by_name }),
    workspace_id: Number(workspace_id),
  };
}

/** @throws Fault NOT_IMPLEMENTED when scopes are to be found out from what a token is used for. */
export function refuseAutoscope({ autoscope_enabled }: { readonly autoscope_enabled?: boolean }): void {
  if (!autoscope_enabled) return;
  throw new Fault("NOT_IMPLEMENTED", "'autoscope_enabled' is not available on this server: name 'scopes'.");
}

const fields = ["comment", "scopes"] as const;

/**
 * The fields that the mask names, as the update says them.
 * @throws Fault INVALID_PARAMETER_VALUE when it names none, one that cannot be changed, or one without a value.
 */
export function maskedUpdate(
  token: { readonly comment?: string; readonly scopes?: readonly string[] },
  update_mask: string,
): { readonly comment?: string | undefined; readonly scopes?: readonly string[] | undefined } {
  const named = update_mask === "*" ? fields : update_mask.split(",");
  for (const field of named) {
    if (!fields.some((one) => one === field))
      throw new Fault("INVALID_PARAMETER_VALUE", `'update_mask' can name ${fields.join(" and ")}, not '${field}'.`);
  }
  if (named.includes("scopes") && !token.scopes?.length)
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      "A token needs at least one scope: name 'scopes', or leave it out of 'update_mask'.",
    );
  return {
    ...(named.includes("comment") && { comment: token.comment ?? "" }),
    ...(named.includes("scopes") && { scopes: token.scopes }),
  };
}
