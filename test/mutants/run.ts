import { mutants } from "./mutants.ts";
import { plant } from "./plant.ts";

/**
 * Runs the corpus in this process, sabotaged by the mutant of the given number, or by none, on a platform that holds the
 * organisation already; prints the cases that are red at each door, as JSON.
 */
const [number = "", data_dir = "", database_url = ""] = process.argv.slice(2);
const mutant = number === "none" ? undefined : mutants[Number(number)];
if (number !== "none" && !mutant) throw new Error(`There is no mutant ${number}.`);
const planted = mutant && plant(mutant);
const { redCases } = await import("./red-cases.ts");
const red = await redCases({ data_dir, database_url, mutant });
if (planted && !planted.isPlanted())
  throw new Error(`src/${mutant.file} was never loaded: '${mutant.name}' is no mutant.`);
console.log(JSON.stringify(red));
