/** An outbound call whose caller states no time: long enough for a slow identity provider, short enough not to pile up. */
export const EGRESS_TIMEOUT_MS = 10_000;

/** An outbound answer whose caller states no size: key sets and metadata are far smaller. */
export const EGRESS_BYTES_MAX = 1024 * 1024;

/** Redirects of one outbound call; each one is judged anew. */
export const REDIRECTS_MAX = 3;

/** Local authority: made once for the life of a deployment. */
export const CA_DAYS = 3650;

/** Server certificate: clients refuse longer ones. */
export const SERVER_CERTIFICATE_DAYS = 397;

/** A certificate with less left is replaced at start. */
export const RENEW_BEFORE_DAYS = 30;

/** Addresses that passed, remembered: each is some hundred bytes, and those of identity providers and models are few. */
export const TARGETS_MAX = 1_000;
