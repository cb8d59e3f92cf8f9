import assert from "node:assert/strict";

/** A sample of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/gy;

/** Reads the text format as Prometheus does. @throws AssertionError for a line that is none of it. */
export function samplesOf(text: string): readonly Sample[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
  return lines.map((line) => {
    const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? assert.fail(`no sample: ${line}`);
    const read = [...labels.matchAll(LABEL)];
    assert.equal(read.map(([whole]) => whole).join(""), labels, line);
    return { name, labels: Object.fromEntries(read.map(([, key, said]) => [key, said])), value: Number(value) };
  });
}

/** The sum of all samples of a name that have these labels. */
export const totalOf = (
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number =>
  samples
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((sum, one) => sum + one.value, 0);
