import { readFile } from "node:fs/promises";
import { hashPassword, isPassword } from "./passwords.ts";

/** An account of the identity provider's own; Lakeward knows none of its passwords. */
export interface IdpAccount {
  readonly email: string;
  readonly name: string;
  readonly password_hash: string;
}

export interface Accounts {
  find(email: string): IdpAccount | undefined;
  /** The account when the password is its own. An unknown e-mail takes as long as a wrong password. */
  check(email: string, password: string): Promise<IdpAccount | undefined>;
}

/** Reads the accounts file, a JSON list of `{ email, name, password_hash }`. */
export async function readAccounts(path: string): Promise<Accounts> {
  const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
  if (!Array.isArray(parsed) || !parsed.every(isAccount)) throw new Error(`${path} is not a list of accounts.`);
  const byEmail = new Map(parsed.map((account) => [account.email, account]));
  const nobody = await hashPassword("nobody");
  return {
    find: (email) => byEmail.get(email),
    check: async (email, password) => {
      const account = byEmail.get(email);
      const isRight = await isPassword(password, account?.password_hash ?? nobody);
      return isRight ? account : undefined;
    },
  };
}

function isAccount(value: unknown): value is IdpAccount {
  if (typeof value !== "object" || value === null) return false;
  return ["email", "name", "password_hash"].every((field) => typeof Reflect.get(value, field) === "string");
}
