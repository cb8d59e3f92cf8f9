import type { Action, AuditSink, DecisionRecord, Doorway, What } from "#kernel/mod.ts";
import type { Fault } from "#wire/errors.ts";
import { Refusal } from "./refusal.ts";

/** What a record says beside its request. */
export type Said = Pick<DecisionRecord, "effect" | "because" | "outcome"> &
  Pick<Partial<DecisionRecord>, "subject" | "client">;

/** Keeps one thing that was done, or refused, before there was a permit. It is durable once this has resolved. */
export type Recorder = (action: Action, what: What, doorway: Doorway, started_ms: number, said: Said) => Promise<void>;

interface RecorderPorts {
  readonly audit: AuditSink;
  readonly clock: { now_ms(): number };
  readonly workspace: string;
  readonly governanceVersion: () => Promise<number>;
}

export function createRecorder(ports: RecorderPorts): Recorder {
  return async (action, what, doorway, started_ms, said) => {
    const { request_id, trace_id, source_ip, user_agent } = doorway.request;
    await ports.audit.append({
      key: { request_id, hop: doorway.hop, permit: doorway.nextPermit(), phase: "closing" },
      at_ms: started_ms,
      duration_ms: ports.clock.now_ms() - started_ms,
      trace_id,
      door: doorway.door,
      workspace: ports.workspace,
      action,
      what: [what],
      obligations: [],
      lent_by: [],
      governance_version: await ports.governanceVersion(),
      source_ip,
      user_agent,
      ...said,
    });
  };
}

/** Why it was refused, in the journal's words. */
export const reasonOf = (fault: Fault): string => (fault instanceof Refusal ? fault.because : fault.code);
