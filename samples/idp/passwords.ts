import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** `salt:key`, hexadecimal, by scrypt: slow on purpose, since people choose passwords. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return `${salt.toString("hex")}:${(await derive(password, salt, KEY_BYTES)).toString("hex")}`;
}

export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [salt, key] = hash.split(":");
  if (!salt || !key) return false;
  return timingSafeEqual(await derive(password, Buffer.from(salt, "hex"), KEY_BYTES), Buffer.from(key, "hex"));
}
