import { Pool } from "undici";
import type { Variant } from "./figure.ts";

/** How long calls are counted for one sample. */
const WINDOW_MS = 1500;

/** Calls under way at once, each on a connection of its own. */
const CALLS_AT_ONCE = 8;

/** One request, over and over. */
export interface Target {
  readonly port: number;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What every good answer's text holds. */
  readonly holds: string;
}

/** Calls per second within one window. @throws Error for a call that fails: a fast error is no figure. */
export function callsOf({ port, holds, ...request }: Target): Variant {
  const pool = new Pool(`http://localhost:${port}`, { connections: CALLS_AT_ONCE });
  const call = async (): Promise<void> => {
    const { statusCode, body } = await pool.request(request);
    const text = await body.text();
    if (statusCode !== 200 || !text.includes(holds)) throw new Error(`${request.path}: ${statusCode} ${text}`);
  };
  return {
    measure: async () => {
      let calls = 0;
      const started_ms = performance.now();
      const end_ms = started_ms + WINDOW_MS;
      const caller = async (): Promise<void> => {
        while (performance.now() < end_ms) {
          await call();
          calls += 1;
        }
      };
      await Promise.all(Array.from({ length: CALLS_AT_ONCE }, caller));
      return calls / ((performance.now() - started_ms) / 1000);
    },
  };
}
