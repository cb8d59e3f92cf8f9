/** Text laid out for a terminal. */
const WIDTH = 116;
const GAP = "   ";

/** Two texts beside each other, each wrapped to half the width. */
export function beside(left: string, right: string): string {
  const half = (WIDTH - GAP.length) >> 1;
  const [a, b] = [wrap(left, half), wrap(right, half)];
  const lines = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const line = `  ${(a[i] ?? "").padEnd(half)}${GAP}${b[i] ?? ""}`;
    return line.trimEnd();
  });
  return lines.join("\n");
}

/** Lines of at most `width` characters, broken at spaces. */
function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [""];
    for (const word of paragraph.split(" ")) {
      const line = lines.at(-1)!;
      if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    }
    return lines;
  });
}

/** Rows in columns as wide as their widest value; what is longer than `cell_max` is cut. */
export function columns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { cell_max = 60, indent = 2 }: { readonly cell_max?: number; readonly indent?: number } = {},
): string {
  const cut = (text: string): string => (text.length > cell_max ? `${text.slice(0, cell_max - 1)}…` : text);
  const table = [header, ...rows].map((row) => row.map(cut));
  const widths = header.map((_, i) => Math.max(...table.map((row) => (row[i] ?? "").length)));
  const lines = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  return lines.map((line) => `${" ".repeat(indent)}${line}`.trimEnd()).join("\n");
}
