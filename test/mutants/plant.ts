import { registerHooks } from "node:module";
import type { Mutant } from "./mutants.ts";

/**
 * Replaces a mutant's text while its file is loaded into this process; the product itself has no place to put one. Must be called
 * before anything of the product is loaded. Returns what tells whether it was planted.
 * @throws Error, while the file is loaded, unless the text stands in it exactly once: a mutant is never silently none.
 */
export function plant({ file, text, becomes, name }: Mutant): { readonly isPlanted: () => boolean } {
  const url = new URL(`../../src/${file}`, import.meta.url).href;
  let planted = false;
  registerHooks({
    load: (loaded, context, next) => {
      const result = next(loaded, context);
      if (loaded !== url) return result;
      const parts = String(result.source).split(text);
      if (parts.length !== 2)
        throw new Error(`The mutant '${name}' finds its text ${parts.length - 1} times in src/${file}, not once.`);
      planted = true;
      return { ...result, source: parts.join(becomes) };
    },
  });
  return { isPlanted: () => planted };
}
