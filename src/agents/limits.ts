/** One request to an agent: a few tool calls and model calls; longer is a loop. */
export const AGENT_DEADLINE_MS = 120_000;

/** From the cancel of a request to its end; an agent that does not yield by then is stopped, whoever else it serves. */
export const AGENT_CANCEL_GRACE_MS = 2000;

/** From the spawn to the agent's word that it is ready: Node's start and its imports. */
export const AGENT_START_MS = 15_000;

/** Heap of one agent's process, in megabytes, by V8's own limit. */
export const AGENT_HEAP_MB = 256;

/** One event; a whole answer travels in one. */
export const AGENT_LINE_BYTES_MAX = 8 * 1024 * 1024;

/** What is kept of what an agent writes: its last hundred lines or so. */
export const AGENT_LOG_CHARS_MAX = 16_384;

/** Events that wait for a slow client before its request is ended. */
export const AGENT_EVENTS_WAITING_MAX = 10_000;
