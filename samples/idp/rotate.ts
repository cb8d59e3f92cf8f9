/** Rotates the signing key of a running identity provider: `node samples/idp/rotate.ts <its data directory>`. */
import { request } from "node:http";
import { ADMIN_SOCKET } from "./socket.ts";

const TIMEOUT_MS = 10_000;

const [, , data_dir] = process.argv;
if (!data_dir) throw new Error("Name the identity provider's data directory.");
process.chdir(data_dir);
const status = await new Promise<number | undefined>((resolve, reject) => {
  const call = request({ socketPath: ADMIN_SOCKET, path: "/rotate", method: "POST", timeout: TIMEOUT_MS });
  call.on("response", (response) => resolve(response.resume().statusCode));
  call.on("timeout", () => call.destroy(new Error("The identity provider did not answer.")));
  call.on("error", reject);
  call.end();
});
if (status !== 200) throw new Error(`The identity provider answered with status ${status}.`);
