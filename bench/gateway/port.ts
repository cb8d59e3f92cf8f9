import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** LiteLLM imports for half a minute on a busy machine. */
const START_MS_MAX = 240_000;
const ASK_AGAIN_MS = 200;

/** A port that nobody listens on, for a program that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when somebody listens on a port of this machine. @throws Error when nobody does in time. */
export async function listening(port: number): Promise<void> {
  for (const until_ms = Date.now() + START_MS_MAX; Date.now() < until_ms; await sleep(ASK_AGAIN_MS)) {
    const socket = connect(port, "localhost");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`Nobody listens on port ${port} after ${START_MS_MAX} ms.`);
}
