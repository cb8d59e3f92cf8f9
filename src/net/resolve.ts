import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { refusalOf } from "./addresses.ts";

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a name to all its addresses. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** The operating system's own resolution. */
export const systemResolver: Resolver = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });

/** Thrown out of a connect whose name led to an address that may not be called. */
export class RefusedAddress extends Error {
  readonly why: string;

  constructor(why: string) {
    super(`The name resolves to a refused address (${why}).`);
    this.name = "RefusedAddress";
    this.why = why;
  }
}

/**
 * A lookup for sockets that resolves once, judges every address and hands exactly those on: what was judged is what is
 * connected to, so a name that changes its answer meanwhile (DNS rebinding) gains nothing. One refused address refuses the name.
 */
export function guardedLookup(resolver: Resolver): LookupFunction {
  return lookupBy(async (hostname) => {
    const found = isIP(hostname) ? [{ address: hostname, family: isIP(hostname) }] : await resolver(hostname);
    const why = found.map(({ address }) => refusalOf(address)).find((each) => each !== null);
    if (why !== undefined && why !== null) throw new RefusedAddress(why);
    return found;
  });
}

/** A lookup for hosts that the operator listed: whatever the resolver says. */
export const openLookup = (resolver: Resolver): LookupFunction => lookupBy(resolver);

function lookupBy(resolver: Resolver): LookupFunction {
  return (hostname, options, callback) => {
    resolver(hostname).then(
      (found) => {
        const [first] = found;
        if (!first) callback(new Error(`No address for ${hostname}.`), "", 0);
        else if (options.all) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), "", 0),
    );
  };
}
