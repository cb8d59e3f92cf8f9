/**
 * Our edge with one route in two forms, a process of its own: open, and with the caller's token verified first. On a platform booted
 * in the directory that its argument names. Sends its parent where they are and tokens for the second.
 */
import { readFile } from "node:fs/promises";
import { Type } from "typebox";
import { openEndpoint } from "#api/endpoint.ts";
import { silentLog } from "#base/log.ts";
import { systemIds } from "#host/mod.ts";
import { createHttpServer } from "#http/mod.ts";
import { boot } from "../src/boot.ts";

const platform = await boot({
  data_dir: process.argv[2]!,
  port: 0,
  tls_port: 0,
  log: silentLog,
  progress: () => {},
});
const { services } = platform;

const route = { method: "GET", input: Type.Object({}), output: Type.Object({ answer: Type.String() }) } as const;
const answer = { answer: "the same" };
const server = await createHttpServer({
  endpoints: [
    openEndpoint({ ...route, path: "/bench/open", open: "the baseline", run: async () => answer }),
    openEndpoint({
      ...route,
      path: "/bench/verified",
      open: "it verifies by itself, and decides nothing",
      run: async ({ identity }, _input, call) => {
        await identity.authenticate(call.authorization);
        return answer;
      },
    }),
  ],
  services,
  ids: systemIds,
  log: silentLog,
  port: 0,
});

const principal = await services.identity.servicePrincipals.create({ display_name: "bench" });
const { secret } = await services.identity.secrets.create(principal.id);
const response = await fetch(`http://localhost:${platform.port}/oidc/v1/token`, {
  method: "POST",
  headers: {
    authorization: `Basic ${Buffer.from(`${principal.name}:${secret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  },
  body: "grant_type=client_credentials&scope=all-apis",
});
const { access_token } = (await response.json()) as { access_token: string };
const personal_token = (await readFile(platform.admin_token_path, "utf8")).trim();
process.send?.({ port: server.port, access_token, personal_token });
process.on("disconnect", () => void server.close().then(() => platform.close().then(() => process.exit(0))));
