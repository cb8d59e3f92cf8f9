import type { TSchema } from "typebox";
import Value from "typebox/value";
import { Fault } from "#wire/errors.ts";

/**
 * What is wrong with an input, by its first error, in the words that Databricks uses: a missing field is
 * INVALID_PARAMETER_VALUE, JSON of another type MALFORMED_REQUEST. `fromJson` names the fields that came by a JSON body.
 */
export function invalid(schema: TSchema, value: unknown, fromJson: ReadonlySet<string>): Fault {
  const errors = Value.Errors(schema, value);
  // A choice is told as a whole: the errors of its members come first and would name one of them alone.
  const first = errors[0];
  const error = errors.find((one) => one.keyword === "anyOf" && isWithin(first?.schemaPath, one.schemaPath)) ?? first;
  const path = error?.instancePath.slice(1).split("/") ?? [];
  const field = path.join(".");
  const [top = ""] = path;
  switch (error?.keyword) {
    case "required": {
      const names = error.params.requiredProperties.map((name) => (field ? `${field}.${name}` : name));
      return new Fault("INVALID_PARAMETER_VALUE", `Missing required field: ${names.join(", ")}`);
    }
    case "type":
      return wrongType(field, [error.params.type].flat().join(" or "), fromJson.has(top));
    case "anyOf":
      return wrongType(field, "one of its other forms", fromJson.has(top));
    default:
      return new Fault("INVALID_PARAMETER_VALUE", `'${field}' ${error?.message ?? "is not valid"}.`);
  }
}

function wrongType(field: string, expected: string, isJson: boolean): Fault {
  return isJson
    ? new Fault("MALFORMED_REQUEST", `Could not parse request object: Expected ${expected} for field '${field}'.`)
    : new Fault("INVALID_PARAMETER_VALUE", `Expected ${expected} for parameter '${field}'.`);
}

const isWithin = (path: string | undefined, outer: string): boolean => path?.startsWith(`${outer}/`) ?? false;
