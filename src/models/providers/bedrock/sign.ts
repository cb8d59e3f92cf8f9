import type { Outgoing } from "../call.ts";
import type { BedrockTarget } from "./settings.ts";

const SERVICE = "bedrock";

/**
 * The call with AWS's signature (version 4) over its host, path, time and body. The signer is loaded when it is first needed.
 * @param now_ms milliseconds since the Unix epoch.
 */
export async function signed(
  { region, key_id, secret }: Pick<BedrockTarget, "region" | "key_id" | "secret">,
  path: string,
  body: string,
  now_ms: number,
): Promise<Outgoing> {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const { Sha256 } = await import("@smithy/core/checksum");
  const hostname = `bedrock-runtime.${region}.amazonaws.com`;
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    credentials: { accessKeyId: key_id, secretAccessKey: secret },
    sha256: Sha256,
    applyChecksum: false,
  });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: "https:",
      hostname,
      path,
      headers: { host: hostname, "content-type": "application/json" },
      body,
    },
    { signingDate: new Date(now_ms) },
  );
  return { url: `https://${hostname}${path}`, headers, body };
}
