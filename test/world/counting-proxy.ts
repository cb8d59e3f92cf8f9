import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";

/** Stands between a server and its Postgres and counts the round trips asked of it. */
export interface CountingProxy extends AsyncDisposable {
  /** The database's URL through here. */
  readonly url: string;
  /** Round trips since the proxy stands: simple queries and Syncs of the extended protocol. */
  roundTrips(): number;
}

/** Type bytes of the frontend's messages that end a round trip (Postgres 18, section 54.7): Query and Sync. */
const ENDS_ROUND_TRIP: ReadonlySet<string> = new Set(["Q", "S"]);
const LENGTH_BYTES = 4;

/** @param database_url of a cluster that listens on a socket file, as those of the tests do. */
export async function countingProxy(database_url: string): Promise<CountingProxy> {
  const target = new URL(database_url);
  const sockets = new Set<net.Socket>();
  let count = 0;
  const proxy = net.createServer((client) => {
    const upstream = net.connect(join(decodeURIComponent(target.hostname), `.s.PGSQL.${target.port}`));
    const messages = reader((type) => {
      if (ENDS_ROUND_TRIP.has(type)) count += 1;
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on("data", messages);
    client.pipe(upstream).pipe(client);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const url = new URL(database_url);
  url.hostname = "127.0.0.1";
  url.port = String((proxy.address() as net.AddressInfo).port);
  return {
    url: url.href,
    roundTrips: () => count,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

/** Splits what a client sends into messages; the first, the startup message, has no type byte. */
function reader(onMessage: (type: string) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const type_bytes = isStarted ? 1 : 0;
      if (held.length < type_bytes + LENGTH_BYTES) return;
      const end = type_bytes + held.readUInt32BE(type_bytes);
      if (held.length < end) return;
      if (isStarted) onMessage(String.fromCharCode(held[0]!));
      isStarted = true;
      held = held.subarray(end);
    }
  };
}
