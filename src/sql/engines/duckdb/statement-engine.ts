import { JudgedTexts } from "#sql/verify/judged-texts.ts";
import type { EngineStep } from "../engine.ts";
import type { LinkedFiles } from "./linked-files.ts";
import { LockedEngine } from "./locked-engine.ts";
import type { ChildSettings } from "./protocol.ts";
import { Session } from "./session.ts";

/** A statement under way, and what becomes of its engine afterwards. */
export interface OpenStatement {
  readonly session: Session;
  /** The steps as this engine reaches their files. */
  readonly steps: readonly EngineStep[];
  /**
   * Takes away all of it. `clean`: it ran to its end and every row was fetched; an engine that a statement left in any other way
   * serves no other.
   */
  end(clean: boolean): Promise<void>;
}

/**
 * The engines of a process: two that stay open, with and without the optimizer's statistics, and serve one statement after the
 * other; and one of its own for a statement whose files cannot be linked to where these may look.
 */
export class StatementEngines {
  readonly #settings: ChildSettings;
  readonly #macro_file: string;
  readonly #files: LinkedFiles;
  readonly #judged = new JudgedTexts();
  readonly #standing = new Map<boolean, Promise<LockedEngine>>();

  private constructor(settings: ChildSettings, macro_file: string, files: LinkedFiles) {
    this.#settings = settings;
    this.#macro_file = macro_file;
    this.#files = files;
  }

  /** Ready when both are open. */
  static async open(settings: ChildSettings, macro_file: string, files: LinkedFiles): Promise<StatementEngines> {
    const engines = new StatementEngines(settings, macro_file, files);
    await Promise.all([engines.#stand(true), engines.#stand(false)]);
    return engines;
  }

  /** For one statement; no other may be open. @throws Error when a file is gone, or no engine opens. */
  async begin(steps: readonly EngineStep[], statistics_propagation: boolean): Promise<OpenStatement> {
    const linked = this.#files.link(steps);
    if (linked === undefined) return this.#apart(steps, statistics_propagation);
    try {
      const engine = await (this.#standing.get(statistics_propagation) ?? this.#stand(statistics_propagation));
      const session = new Session(await engine.connect(), this.#judged);
      const end = async (clean: boolean): Promise<void> => {
        session.close();
        this.#files.release();
        if (!clean || !(await isCleared(engine))) this.#replace(engine, statistics_propagation);
      };
      return { session, steps: linked, end };
    } catch (error) {
      this.#files.release();
      this.#standing.delete(statistics_propagation);
      throw error;
    }
  }

  async #apart(steps: readonly EngineStep[], statistics_propagation: boolean): Promise<OpenStatement> {
    const engine = await this.#locked(statistics_propagation, { files: steps.flatMap(filesOf) });
    const session = new Session(await engine.connect(), this.#judged);
    const end = async (): Promise<void> => {
      session.close();
      engine.close();
    };
    return { session, steps, end };
  }

  #replace(engine: LockedEngine, statistics_propagation: boolean): void {
    engine.close();
    // Told to the statement that wants it: a rejection here must not end the process before.
    this.#stand(statistics_propagation).catch(() => {});
  }

  #stand(statistics_propagation: boolean): Promise<LockedEngine> {
    const opened = this.#locked(statistics_propagation, { directory: this.#files.directory });
    this.#standing.set(statistics_propagation, opened);
    return opened;
  }

  #locked(statistics_propagation: boolean, reach: Parameters<typeof LockedEngine.open>[0]["reach"]) {
    const { settings, macro_file } = { settings: this.#settings, macro_file: this.#macro_file };
    return LockedEngine.open({ settings, macro_file, reach, statistics_propagation });
  }
}

async function isCleared(engine: LockedEngine): Promise<boolean> {
  return engine.clear().then(
    () => true,
    () => false,
  );
}

function filesOf(step: EngineStep): readonly string[] {
  if (step.kind === "attach_table") return step.files;
  return step.kind === "write_parquet" || step.kind === "attach_file" ? [step.file] : [];
}
