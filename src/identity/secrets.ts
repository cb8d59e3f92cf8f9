import { hash, randomBytes } from "node:crypto";

/** Random bytes in a credential: 256 bits, beyond any guessing, so that neither a lock-out nor a slow hash is needed. */
const CREDENTIAL_BYTES = 32;

/** A personal access token's first letters, as on Databricks, so that secret scanners know it. */
export const PERSONAL_TOKEN_PREFIX = "dapi";

/** A service principal secret's first letters, as on Databricks. */
const SECRET_PREFIX = "dose";

export const mintPersonalToken = (): string => PERSONAL_TOKEN_PREFIX + randomBytes(CREDENTIAL_BYTES).toString("hex");

export const mintSecret = (): string => SECRET_PREFIX + randomBytes(CREDENTIAL_BYTES).toString("hex");

/**
 * SHA-256, hexadecimal. Right for random credentials of 256 bits, which no dictionary holds; wrong for passwords people choose,
 * of which this server keeps none.
 */
export const digestOf = (credential: string): string => hash("sha256", credential, "hex");
