/** Over which failures are counted. NIST SP 800-63B section 5.2.2 asks for a bound; a quarter of an hour outlasts a person's patience, not their day. */
export const WINDOW_MS = 15 * 60 * 1000;

/** Failures of one client at one address: a program that starts with a wrong secret tries a few times. */
export const CLIENT_AT_ADDRESS_FAILURES_MAX = 10;

/** Failures of one person at one address: fewer than lock an account, so that one address cannot lock a person out at once. */
export const PERSON_AT_ADDRESS_FAILURES_MAX = 5;

/** Failures of one client wherever they come from. */
export const CLIENT_FAILURES_MAX = 100;

/** Failures at one address, whoever it claims to be: an office behind one address has a few at a time. */
export const ADDRESS_FAILURES_MAX = 100;

/** How long an address at which a client or person proved themselves is spared what others did. */
export const PROVEN_MS = 24 * 60 * 60 * 1000;

/** A proof is written again when this much of it is gone, not at each success. */
export const PROVEN_RENEW_MS = 60 * 60 * 1000;

/** Requests of any outcome, of one client and of one address, at this server: a signature takes about a millisecond of a core. */
export const REQUESTS_PER_SECOND = 100;
export const REQUESTS_BURST = 6_000;

/** Keys that a server remembers at a time, each about 200 bytes. */
export const REMEMBERED_MAX = 10_000;
