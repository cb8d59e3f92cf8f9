import { readFileSync } from "node:fs";
import { join } from "node:path";
import { people } from "../../samples/aviation/organisation/people.ts";

const vega = join(import.meta.dirname, "../../node_modules/vega-datasets/data");

/** A CSV file's rows by column name; a quoted value may hold commas, and none holds a quote or a line break. */
export function readCsv(path: string): readonly Readonly<Record<string, string>>[] {
  const [header = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const values = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? "",
    );
    if (values.length !== names.length) throw new Error(`A line of ${path} has ${values.length} values: ${line}`);
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  });
}

export const strikes = readCsv(join(vega, "birdstrikes.csv"));
export const airportsPath = join(vega, "airports.csv");

export interface AirportStrikes {
  readonly airport: string;
  readonly strikes: number;
  readonly cost_total_usd: number;
}

/** The airports with the most strikes in the states that a person inspects: counted here, in plain JavaScript. */
export function topAirports(email: string, n: number): readonly AirportStrikes[] {
  const states: readonly string[] = people.find((one) => one.email === email)?.states ?? [];
  const seen = strikes.filter((row) => states.includes(row["Origin State"]!));
  const counted = [...Map.groupBy(seen, (row) => row["Airport Name"]!)].map(([airport, rows]) => ({
    airport,
    strikes: rows.length,
    cost_total_usd: rows.reduce((sum, row) => sum + Number(row["Cost Total $"]), 0),
  }));
  return counted.toSorted((a, b) => b.strikes - a.strikes || (a.airport < b.airport ? -1 : 1)).slice(0, n);
}
