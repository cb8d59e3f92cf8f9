import { connect } from "node:net";

/** What came back on a bare socket. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** An answer that has not come by then is a test's failure. */
const PATIENCE_MS = 10_000;

/** Sends bytes as they are, which no HTTP client would, and reads until the server closes. */
export function sendRaw(port: number, bytes: string | Uint8Array): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const socket = connect(port, "localhost");
  const read: Buffer[] = [];
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("The server did not answer.")));
  socket.on("data", (chunk) => read.push(chunk));
  socket.on("error", reject);
  socket.on("close", () => resolve(answerOf(Buffer.concat(read).toString("utf8"))));
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  return promise;
}

function answerOf(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, Math.max(0, end)).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(" ")[1]), headers: new Map(headers), text: text.slice(end + 4) };
}
