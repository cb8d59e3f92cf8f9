import { BIGINT, type DataType, INT, type StructField, struct } from "../../types/mod.ts";
import { generator } from "../make.ts";
import type { FunctionRow } from "../row.ts";

const POSITION: StructField = { name: "pos", type: INT };

const exploded = (type: DataType | undefined): readonly StructField[] => {
  if (type?.kind === "map")
    return [
      { name: "key", type: type.key },
      { name: "value", type: type.value },
    ];
  return type?.kind === "array" ? [{ name: "col", type: type.element }] : [];
};
const explode = ([type]: readonly DataType[]): DataType => struct(exploded(type));
const posexplode = ([type]: readonly DataType[]): DataType => struct([POSITION, ...exploded(type)]);
const inline = ([type]: readonly DataType[]): DataType =>
  type?.kind === "array" && type.element.kind === "struct" ? type.element : struct([]);
const range = (): DataType => struct([{ name: "id", type: BIGINT }]);

/** Rows of arguments and of nothing else; each form's type is a struct of the columns made. The printer knows them by name. */
export const generatorRows: readonly FunctionRow[] = [
  ...["ARRAY<T>", "MAP<K,V>"].flatMap((given) => [
    generator("explode / explode_outer", given, explode, ""),
    generator("posexplode / posexplode_outer", given, posexplode, ""),
  ]),
  generator("inline / inline_outer", "ARRAY<T>", inline, ""),
  generator("range", "BIGINT", range, ""),
  generator("range", "BIGINT ; BIGINT", range, ""),
  generator("range", "BIGINT ; BIGINT ; BIGINT", range, ""),
].flat();
