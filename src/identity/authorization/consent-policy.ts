import { interactionPolicy } from "oidc-provider";

/** Under which name a grant remembers that a person allowed a client to go on at this host. */
export const leadsTo = (redirect_uri: string): string => `urn:lakeward:leads-to:${new URL(redirect_uri).host}`;

/** What stands beneath it: a grant keeps words, of which one is enough. */
export const ALLOWED = "allowed";

/**
 * oidc-provider's prompts, with one more reason to ask a person again: an earlier yes was to a client, its scopes and the host at
 * which it goes on. A client that describes itself by a document is asked about each time, since whoever holds the document's
 * host may change what it is.
 */
export function prompts(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const check = new Check("leads_elsewhere", "the person has not allowed this client there", ({ oidc }) => {
    const { result, params, entities } = oidc;
    if (result?.consent) return Check.NO_NEED_TO_PROMPT;
    const isRemembered =
      !URL.canParse(entities.Client?.clientId ?? "") &&
      entities.Grant?.getResourceScope(leadsTo(String(params?.redirect_uri)));
    return isRemembered ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
  });
  policy.get("consent")?.checks.add(check);
  return policy;
}
