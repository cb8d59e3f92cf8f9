import { Fault } from "#wire/errors.ts";

/** What is wrong with a SCIM request, in the words of RFC 7644 section 3.12; the edge says it as `scimType`. */
export type ScimType = "invalidFilter" | "invalidPath" | "invalidSyntax" | "invalidValue" | "mutability" | "noTarget";

export const scimFault = (reason: ScimType, message: string): Fault =>
  new Fault("INVALID_PARAMETER_VALUE", message, { reason });
