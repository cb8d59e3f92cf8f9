/**
 * `npm run --silent login -- rosa.diaz@board.example`: logs one of the board's people in at its identity provider, which runs
 * beside the server, and prints the token that it gave: the subject token of a token exchange.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { readPrivate, sampleFiles } from "./files.ts";
import { logIn } from "./identity-provider.ts";
import { people } from "./organisation/people.ts";

async function main(): Promise<string> {
  const { values, positionals } = parseArgs({
    options: { "data-dir": { type: "string", default: ".lakeward" } },
    allowPositionals: true,
  });
  const [email, ...rest] = positionals;
  if (!email || rest.length > 0)
    throw new Error(`Name one person: npm run --silent login -- ${people[0].email} [--data-dir .lakeward]`);
  const data_dir = resolve(values["data-dir"]);
  if (!(await readPrivate(sampleFiles(data_dir).logins)))
    throw new Error(`${data_dir} holds no sample organisation. Start the server first: npm start`);
  const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
  const { access_token } = await logIn(data_dir, ca.certificate, email);
  return access_token;
}

try {
  console.log(await main());
} catch (cause) {
  const why = cause instanceof Error ? cause : new Error(String(cause));
  const isDown = [why, why.cause].some((one) => one instanceof Error && "code" in one && one.code === "ECONNREFUSED");
  console.error(isDown ? "The identity provider does not answer: is the server running? npm start" : why.message);
  process.exitCode = 1;
}
