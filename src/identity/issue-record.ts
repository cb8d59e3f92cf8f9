import { type AuditSink, type DecisionRecord, type Doorway, type Principal, workspace } from "#kernel/mod.ts";
import { type Fault, faultOf } from "#wire/errors.ts";
import type { TokenTerms } from "./access-tokens.ts";
import { Refusal } from "./refusal.ts";

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

interface RecordPorts {
  readonly audit: AuditSink;
  readonly clock: { now_ms(): number };
  readonly workspace: string;
  readonly governanceVersion: () => Promise<number>;
}

/** Keeps in the journal what the token endpoint did: each attempt once, under the trace id of its request. */
export function issueRecords(ports: RecordPorts) {
  const record = async (
    doorway: Doorway,
    started_ms: number,
    said: Pick<DecisionRecord, "effect" | "because" | "outcome"> & Pick<Partial<DecisionRecord>, "subject" | "client">,
  ): Promise<void> => {
    const { request_id, trace_id, source_ip, user_agent } = doorway.request;
    await ports.audit.append({
      key: { request_id, hop: doorway.hop, permit: doorway.nextPermit(), phase: "closing" },
      at_ms: started_ms,
      duration_ms: ports.clock.now_ms() - started_ms,
      trace_id,
      door: doorway.door,
      workspace: ports.workspace,
      action: "identity.issue_token",
      what: [workspace],
      obligations: [],
      lent_by: [],
      governance_version: await ports.governanceVersion(),
      source_ip,
      user_agent,
      ...said,
    });
  };
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

const reasonOf = (fault: Fault): string => (fault instanceof Refusal ? fault.because : fault.code);
