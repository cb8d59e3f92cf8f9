import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { type IssuerKey, issuerKey } from "./imitated-issuer.ts";

/** An issuer that can be asked over https, with a certificate of the data directory's own authority. */
export interface PublishedIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly key: IssuerKey;
  /** The entry of `egress.allow` that lets its keys be fetched from this machine. */
  readonly allow: string;
}

export async function publishedIssuer(data_dir: string): Promise<PublishedIssuer> {
  const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
  const certificate = await ca.serverCertificate("issuer", ["localhost"]);
  const key = await issuerKey("key-1");
  const server = createServer(certificate, (request, response) => {
    const documents: Readonly<Record<string, unknown>> = {
      "/.well-known/openid-configuration": { issuer, jwks_uri: `${issuer}/keys` },
      "/keys": { keys: [key.jwk] },
    };
    const found = documents[request.url ?? ""];
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(found ?? null));
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const issuer = `https://localhost:${port}`;
  return {
    issuer,
    key,
    allow: `{ host: localhost, port: ${port}, purpose: idp }`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
