import { PORTKEY_VERSION, providePortkey } from "../../tools/portkey.ts";
import { provideLitellm } from "../../tools/python.ts";
import { Children } from "../children.ts";
import type { Figure, FigureTable } from "../figure.ts";
import { compareLoads, type Target } from "./load.ts";
import { openWorld } from "./world.ts";

const COUNTS = { warm_up: 3, rounds: 5 } as const;

/** Another gateway, and how it is run and asked. */
interface Other {
  readonly name: string;
  readonly program: string;
  readonly child: string;
  readonly note: string;
  /** Why this machine cannot run it; installs it else. */
  readonly missing: (progress: (text: string) => void) => Promise<string | undefined>;
  readonly asked: (upstream_port: number) => Pick<Target, "path" | "headers" | "fields">;
}

const others: readonly Other[] = [
  {
    name: `Portkey's gateway, npm ${PORTKEY_VERSION}`,
    program: "gateway/portkey.ts",
    child: "portkey",
    note: "Without its hooks, cache and retries; headless, NODE_ENV production, keep-alive to caller and provider as Node's fetch has it. The provider is named by x-portkey-provider and x-portkey-custom-host, as its documentation has it.",
    missing: async (progress) => {
      await providePortkey(progress);
      return undefined;
    },
    asked: (port) => ({
      path: "/v1/chat/completions",
      headers: {
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": `http://127.0.0.1:${port}/v1`,
        authorization: "Bearer sk-of-the-bench",
      },
      fields: { model: "fixed" },
    }),
  },
  {
    name: "LiteLLM's proxy",
    program: "gateway/litellm.ts",
    child: "litellm",
    note: "One worker, no key, no database, no callbacks; LITELLM_MODE PRODUCTION, LITELLM_LOG ERROR, its map of costs local, as its documentation's page on production has it.",
    missing: async (progress) => {
      const python = await provideLitellm(progress);
      return "missing" in python ? python.missing : undefined;
    },
    asked: () => ({ path: "/v1/chat/completions", fields: { model: "fixed" } }),
  },
];

/** The gateway with all its governance beside others with none of theirs: processor time of a request, and requests per second. */
export async function otherGateways(progress: (text: string) => void): Promise<readonly (Figure | FigureTable)[]> {
  await using children = await Children.open();
  const world = await openWorld(children);
  progress("starting a platform");
  const platform = await world.platform();
  const all: (Figure | FigureTable)[] = [];
  for (const { name, program, child: named, note, missing, asked } of others) {
    const why = await missing(progress);
    if (why !== undefined) {
      all.push({ title: name, columns: ["not measured"], rows: [[why]] });
      continue;
    }
    progress(`${name}: ${COUNTS.rounds} rounds`);
    const child = `${named}-${world.upstream_port}`;
    const { port } = await children.start<{ port: number }>(program, child);
    const baseline: Target = { child, port, ...asked(world.upstream_port) };
    const targets = { ours: platform.endpoint("plain"), baseline, again: baseline };
    const compared = { name: "a chat request through the gateway, governed", baseline_name: name, note, targets };
    all.push(...(await compareLoads(children, { ...compared, counts: COUNTS })));
  }
  return all;
}
