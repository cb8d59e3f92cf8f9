/**
 * The sample organisation's identity provider: a process of its own, with its own accounts, keys and data directory.
 * Prints one line of JSON, `{"issuer": …}`, when it serves.
 */
import { readFile } from "node:fs/promises";
import { createServer as createAdminServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { readAccounts } from "./accounts.ts";
import { openKeys, rotateKeys } from "./keys.ts";
import { createProvider, type IdpClient } from "./provider.ts";
import { ADMIN_SOCKET, listenOnSocket } from "./socket.ts";

const { values } = parseArgs({
  options: {
    "data-dir": { type: "string" },
    port: { type: "string", default: "0" },
    cert: { type: "string" },
    key: { type: "string" },
    users: { type: "string" },
    // Id and redirect address of an app, parted by a space; as often as there are apps.
    client: { type: "string", multiple: true, default: [] },
    audience: { type: "string" },
    "token-seconds": { type: "string", default: "3600" },
  },
});

function required(name: Exclude<keyof typeof values, "port" | "client">): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing.`);
  return value;
}

function clientOf(text: string): IdpClient {
  const [client_id, redirect_uri] = text.split(" ");
  if (!client_id || !redirect_uri) throw new Error(`--client takes an id and an address, not '${text}'.`);
  return { client_id, redirect_uri };
}

const data_dir = required("data-dir");
const accounts = await readAccounts(required("users"));
const [cert, key] = await Promise.all([readFile(required("cert")), readFile(required("key"))]);
let keys = await openKeys(data_dir);

const server = createServer({ cert, key });
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(Number(values.port), "127.0.0.1", resolve);
});
const issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
const make = () =>
  createProvider({
    issuer,
    accounts,
    keys,
    clients: values.client.map(clientOf),
    audience: required("audience"),
    token_s: Number(required("token-seconds")),
  });
let handle = make();
server.on("request", (request, response) => {
  handle(request, response).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

/** Only the owner of the data directory reaches the socket. Answers when the new key is in force. */
const admin = createAdminServer((request, response) => {
  if (request.method !== "POST" || request.url !== "/rotate") return void response.writeHead(404).end();
  rotateKeys(data_dir, keys).then(
    (rotated) => {
      keys = rotated;
      handle = make();
      response.end("rotated\n");
    },
    (thrown: unknown) => response.writeHead(500).end(`${String(thrown)}\n`),
  );
});
await listenOnSocket(admin, data_dir, ADMIN_SOCKET);

process.on("SIGTERM", () => process.exit(0));
// Ctrl-C reaches the whole group of processes: the workspace, which it is meant for, ends this one in its turn.
process.on("SIGINT", () => {});
process.stdin.on("end", () => process.exit(0)).resume();
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
