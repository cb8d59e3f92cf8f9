import { Fault, faultOf } from "#wire/errors.ts";

/** Clients look for the words BAD_REQUEST and `not found` when what a tool or an address names is missing, or hidden. */
export async function notFoundAsBadRequest<T>(entering: Promise<T>): Promise<T> {
  try {
    return await entering;
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault.code !== "NOT_FOUND" && !fault.code.endsWith("_DOES_NOT_EXIST")) throw fault;
    throw new Fault("BAD_REQUEST", `BAD_REQUEST: not found: ${fault.message}`);
  }
}

/** For a tool that the server does not have; clients look for the words BAD_REQUEST and `malformed`. */
export const malformedName = (name: string): Fault =>
  new Fault("BAD_REQUEST", `BAD_REQUEST: The tool name '${name}' is malformed for this server. List its tools.`);
