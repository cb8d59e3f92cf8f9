import type { FunctionKind, FunctionRow, LeakProof } from "./row.ts";

type Extra = Pick<FunctionRow, "leak_proof" | "stays_behind" | "volatile" | "lambda" | "ordered_set">;

const maker =
  (kind: FunctionKind) =>
  (
    names: string,
    parameters: string,
    returns: FunctionRow["returns"],
    print: string,
    extra: Extra = {},
  ): readonly FunctionRow[] =>
    names.split(" / ").map((name) =>
      Object.freeze({
        name,
        kind,
        parameters: Object.freeze(parameters === "" ? [] : parameters.split(" ; ")),
        returns,
        print,
        ...extra,
      }),
    );

/** Makers of rows: names separated by " / ", parameters' patterns by " ; ". */
export const operator = maker("operator");
export const scalar = maker("scalar");
export const aggregate = maker("aggregate");
export const windowed = maker("window");
export const generator = maker("generator");

/** Leak-proof for any arguments that are. Source of the list: the fuzzing of all types with extreme values. */
export const proof = (reason: string): Extra => ({ leak_proof: leakProof("any", false, reason) });
export const proofOfOneType = (reason: string): Extra => ({ leak_proof: leakProof("any", true, reason) });
/** Never fails, but may make a longer value: leak-proof in what an owner wrote, not in what a subject did. */
export const proofOfOwner = (reason: string): Extra => ({
  leak_proof: Object.freeze({ ...leakProof("any", false, reason), grows: true }),
});
/** Leak-proof when all arguments but the first are literals. */
export const proofBesideConstants = (reason: string, constants = 1): Extra => ({
  leak_proof: leakProof(["column", ...Array.from({ length: constants }, () => "constant" as const)], false, reason),
});

/** May fail, and stays behind a barrier. Source of the list: test/attacks/sql/barrier.test.ts, which tries each of them. */
export const behind = (reason: string): Extra => ({ stays_behind: reason });

function leakProof(given: LeakProof["arguments"], same_type: boolean, reason: string): LeakProof {
  return Object.freeze({ arguments: given, same_type, reason });
}
