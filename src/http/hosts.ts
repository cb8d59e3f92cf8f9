import { Fault } from "#wire/errors.ts";

/**
 * The Host allow-list, which stops DNS rebinding: the public URL's host, and localhost and 127.0.0.1 on the listeners' ports.
 */
export class Hosts {
  readonly #allowed = new Set<string>();

  constructor(public_url: string) {
    this.#allowed.add(new URL(public_url).host);
  }

  /** A listener's port, once it is known. */
  addPort(port: number): void {
    for (const name of ["localhost", "127.0.0.1", "[::1]"]) this.#allowed.add(`${name}:${port}`);
  }

  /** The fault of a request to a host that is not this deployment, or that the page of another origin made; undefined else. */
  foreign(host: string | undefined, origin: string | undefined): Fault | undefined {
    if (host === undefined || !this.#allowed.has(host.toLowerCase()))
      return new Fault("PERMISSION_DENIED", "This host name is not served here. Use the public URL.");
    if (!this.#isOwn(origin))
      return new Fault("PERMISSION_DENIED", "Requests from pages of another origin are refused.");
    return undefined;
  }

  #isOwn(origin: string | undefined): boolean {
    if (origin === undefined) return true;
    return URL.canParse(origin) && this.#allowed.has(new URL(origin).host.toLowerCase());
  }
}
