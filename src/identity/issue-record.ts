import { type Doorway, type Principal, workspace } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import type { TokenTerms } from "./access-tokens.ts";
import { type Recorder, reasonOf, type Said } from "./recorder.ts";

/** What a request for a token has shown of itself so far. Names are taken from the directory, never from the request. */
export interface Attempt {
  /** The grant type, once it is one of ours. */
  grant?: string | undefined;
  client?: string;
  /** Uid of the federation policy under which a token was taken. */
  policy?: string;
  /** Set once the credential is proven. */
  subject?: Principal;
}

/** Keeps in the journal what the token endpoint did: each attempt once, under the trace id of its request. */
export function issueRecords(recorder: Recorder) {
  const record = (doorway: Doorway, started_ms: number, said: Said): Promise<void> =>
    recorder("identity.issue_token", workspace, doorway, started_ms, said);
  return {
    /** The token may leave once this has resolved. */
    issued: ({ grant, policy }: Attempt, terms: TokenTerms, doorway: Doorway, started_ms: number): Promise<void> =>
      record(doorway, started_ms, {
        subject: terms.subject,
        client: terms.client,
        effect: "permit",
        because: [
          {
            rule: "credential",
            holds: true,
            detail: `${grant ?? ""}${policy ? ` by federation policy ${policy}` : ""}`,
          },
          { rule: "scope", holds: true, detail: terms.scopes.join(" ") },
        ],
        outcome: { status: "ok" },
      }),
    /** The error may leave once this has resolved. */
    refused: ({ grant, client, subject }: Attempt, thrown: unknown, doorway: Doorway, started_ms: number) => {
      const fault = faultOf(thrown);
      const detail = `${grant ?? "no grant of this server"}: ${reasonOf(fault)}`;
      return record(doorway, started_ms, {
        ...(subject && { subject }),
        ...(client && { client }),
        effect: "deny",
        because: [{ rule: "credential", holds: false, detail }],
        outcome: { status: "error", error_code: fault.code },
      });
    },
  };
}

export type IssueRecords = ReturnType<typeof issueRecords>;
