import type { Image } from "../request.ts";
import { refuse } from "./fields.ts";

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)$/;

/** Where an image is, or the image itself by a data URL. @throws Fault BAD_REQUEST for any other URL than https. */
export function imageSource(url: string, at: string): Image["source"] {
  const [, media_type, base64] = DATA_URL.exec(url) ?? [];
  if (media_type !== undefined && base64 !== undefined) return { kind: "data", media_type, base64 };
  if (!/^https:\/\//.test(url)) refuse(`'${at}' must begin with https:// or be a data: URL in base64.`);
  return { kind: "url", url };
}
