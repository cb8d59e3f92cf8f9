/** A database that has said nothing for longer is away, whatever its connections say. */
const STILL_MS_MAX = 5_000;
/** Between looks at whether a question that has no answer yet will have one. */
const LOOK_MS = 1_000;

/** Nothing says whether what was asked was done. */
export class StandsStill extends Error {
  constructor() {
    super(`The database has not answered for more than ${STILL_MS_MAX} ms.`);
    this.name = "StandsStill";
  }
}

/**
 * The answer to what is `asked`, however long it takes, unless the database stands still: a connection to a process that is stopped, or to
 * a machine that is gone, is not broken, and says nothing either. `silent_ms` tells for how long the database has said nothing to anyone.
 * @throws StandsStill, or whatever `asked` throws.
 */
export function unlessStill<T>(asked: Promise<T>, silent_ms: () => number): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const look = (): void => {
    // After what has arrived is read: it may be this process that stood still.
    if (silent_ms() > STILL_MS_MAX) setImmediate(() => reject(new StandsStill()));
  };
  const timer = setInterval(look, LOOK_MS).unref();
  asked.then(resolve, reject).finally(() => clearInterval(timer));
  return promise;
}
