/** Runs the text of one or more SQL statements, separated by semicolons, in the migration's transaction. */
export type Execute = (statements: string) => Promise<void>;

/** One step of the schema. Once released, a step never changes: a later one corrects it. */
export interface Migration {
  /** The file's own name, `0010-identity`: steps run in the order of their names. */
  readonly name: string;
  readonly up: (execute: Execute) => Promise<void>;
}
