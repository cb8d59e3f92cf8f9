import type { Entry } from "../attack.ts";
import { channels } from "./channels.ts";
import { engines } from "./engines.ts";
import { metadata } from "./metadata.ts";
import { names } from "./names.ts";
import { places } from "./places.ts";
import { rights } from "./rights.ts";
import { storage } from "./storage.ts";
import { texts } from "./texts.ts";
import { writes } from "./writes.ts";

/**
 * The catalogue of bypasses, entries 1 to 80. Each attack stands alone but for its own setup and that of attacks before it in its entry.
 */
export const catalogue: readonly Entry[] = [
  ...names,
  ...places,
  ...writes,
  ...texts,
  ...rights,
  ...channels,
  ...metadata,
  ...storage,
  ...engines,
];

/** Those that read many rows, for a file of their own. */
export const ofMany: readonly Entry[] = channels;
