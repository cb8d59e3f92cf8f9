/**
 * Credentials of this workspace as they look: tokens that are signed, an agent's on behalf of the caller among them, personal access
 * tokens and secrets of service principals. Whoever may read a table of exchanges would act by one for as long as it is good.
 */
const CREDENTIAL = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|\b(?:dapi|dose)[0-9a-f]{16,}/g;

/** A text in which a placeholder stands for each credential that an agent, a model or a caller wrote into it. */
export const withoutCredentials = (text: string): string =>
  text.includes("eyJ") || text.includes("dapi") || text.includes("dose")
    ? text.replace(CREDENTIAL, "<CREDENTIAL>")
    : text;
