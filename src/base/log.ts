/**
 * Where operating messages go. Values of hidden rows, secrets and tokens never belong in a field:
 * a field is an id, a name, a count or a duration.
 */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** For tests and tools that have nothing to say. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
