import type { Children } from "../children.ts";
import type { Target } from "./load.ts";

/** What every figure of the gateway stands on: a provider, and programs that are told its port by their own path. */
export interface World {
  readonly upstream_port: number;
  /** A bare proxy, or one that is written so that it does a little more. */
  proxy(name: string, program?: "raw-proxy" | "durable-proxy"): Promise<Target>;
  /** The platform, and how one of its endpoints is asked. */
  platform(): Promise<{ readonly child: string; endpoint(name: string): Target }>;
}

/** Starts the provider. */
export async function openWorld(children: Children): Promise<World> {
  const upstream = await children.start<{ port: number }>("gateway/upstream.ts", "upstream");
  return {
    upstream_port: upstream.port,
    proxy: async (name, program = "raw-proxy") => {
      const child = `${name}-${upstream.port}`;
      const { port } = await children.start<{ port: number }>(`gateway/${program}.ts`, child);
      return { child, port, path: "/" };
    },
    platform: async () => {
      const child = `platform-${upstream.port}`;
      const { port, token } = await children.start<{ port: number; token: string }>("gateway/platform.ts", child);
      const headers = { authorization: `Bearer ${token}` };
      return {
        child,
        endpoint: (name) => ({ child, port, headers, path: `/serving-endpoints/${name}/invocations` }),
      };
    },
  };
}
