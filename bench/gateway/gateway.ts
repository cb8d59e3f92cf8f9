import { Pool } from "undici";
import { Children } from "../children.ts";
import { compare, type Figure, type Variant } from "../figure.ts";
import { prose } from "./prose.ts";
import { processorTimeOf } from "./told.ts";

const COUNTS = { warm_up: 3, rounds: 15 } as const;

/** Requests of one sample, and how many of them are under way at once. */
const REQUESTS = 400;
const AT_ONCE = 8;

interface Target {
  readonly child: string;
  readonly port: number;
  readonly path: string;
  readonly token?: string;
}

/** Processor time of a request through the gateway against one through a proxy that only passes bodies on. */
export async function gateway(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using children = await Children.open();
  progress("starting a provider, two proxies and a platform");
  const upstream = await children.start<{ port: number }>("gateway/upstream.ts", "upstream");
  const proxy = async (name: string): Promise<Target> => {
    const child = `${name}-${upstream.port}`;
    const { port } = await children.start<{ port: number }>("gateway/raw-proxy.ts", child);
    return { child, port, path: "/" };
  };
  const [baseline, again] = [await proxy("proxy"), await proxy("again")];
  const child = `platform-${upstream.port}`;
  const { port, token } = await children.start<{ port: number; token: string }>("gateway/platform.ts", child);
  const ours: readonly (readonly [name: string, endpoint: string, note: string])[] = [
    [
      "a chat request through the gateway: token, permit, limits, usage, durable record and payload",
      "plain",
      "Processor time of the server's own process alone; Postgres and the engine, which take records and payloads later in batches, are processes of their own.",
    ],
    ["... with personal data masked both ways besides", "masked", "1 kB of clean prose in, 1 kB out."],
  ];
  const figures: Figure[] = [];
  for (const [name, endpoint, note] of ours) {
    progress(`${name}: ${COUNTS.rounds} rounds of ${REQUESTS} requests`);
    const target = { child, port, token, path: `/serving-endpoints/${endpoint}/invocations` };
    figures.push(
      await compare(
        { name, baseline_name: "a Node proxy that passes bodies on", unit: "ms", note },
        {
          ours: processorTime(children, target),
          baseline: processorTime(children, baseline),
          again: processorTime(children, again),
        },
        COUNTS,
      ),
    );
  }
  return figures;
}

/** Processor time of one request, in ms, as the mean of a sample's. @throws Error for a request that fails. */
function processorTime(children: Children, { child, port, path, token }: Target): Variant {
  const pool = new Pool(`http://localhost:${port}`, { connections: AT_ONCE });
  const body = JSON.stringify({ messages: [{ role: "user", content: prose(1_000) }] });
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const call = async (): Promise<void> => {
    const { statusCode, body: answer } = await pool.request({ method: "POST", path, headers, body });
    const text = await answer.text();
    if (statusCode !== 200 || !text.includes("The board meets")) throw new Error(`${path}: ${statusCode} ${text}`);
  };
  return {
    measure: async () => {
      const before_ms = await processorTimeOf(children, child);
      let left = REQUESTS;
      const caller = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await call();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
      return ((await processorTimeOf(children, child)) - before_ms) / REQUESTS;
    },
  };
}
