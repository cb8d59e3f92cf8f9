import { type Action, type Doorway, type Principal, user, workspace } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import { type Recorder, reasonOf } from "./recorder.ts";

/** What a person, or a client for one, does at the authorization server beside asking for tokens. */
type LoginAction = Extract<Action, "identity.log_in" | "identity.log_out" | "identity.revoke_token">;

/** Whom it was about, as the directory names them: never a name from a request. */
interface About {
  readonly person?: Principal | undefined;
  readonly client?: string | undefined;
}

/** Keeps in the journal who logged in and out, and what was refused of it. */
export function loginRecords(record: Recorder) {
  return {
    /** `by`: by what they proved themselves. */
    done: (action: LoginAction, { person, client }: About, by: string, doorway: Doorway, started_ms: number) =>
      record(action, person ? user(person.id) : workspace, doorway, started_ms, {
        ...(person && { subject: person }),
        ...(client !== undefined && { client }),
        effect: "permit",
        because: [{ rule: "credential", holds: true, detail: by }],
        outcome: { status: "ok" },
      }),
    /** The refusal may leave once this has resolved. Nobody is its subject, since nobody was proven. */
    refused: (
      action: LoginAction,
      { person, client }: About,
      thrown: unknown,
      doorway: Doorway,
      started_ms: number,
    ) => {
      const fault = faultOf(thrown);
      return record(action, person ? user(person.id) : workspace, doorway, started_ms, {
        ...(client !== undefined && { client }),
        effect: "deny",
        because: [{ rule: "credential", holds: false, detail: reasonOf(fault) }],
        outcome: { status: "error", error_code: fault.code },
      });
    },
  };
}

export type LoginRecords = ReturnType<typeof loginRecords>;
