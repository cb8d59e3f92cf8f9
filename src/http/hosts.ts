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

  /** True for a Host header that names this deployment. */
  allows(host: string | undefined): boolean {
    return host !== undefined && this.#allowed.has(host.toLowerCase());
  }

  /** True for a request without an Origin, or with one of our own; a foreign page's script is refused. */
  allowsOrigin(origin: string | undefined): boolean {
    if (origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    return this.#allowed.has(new URL(origin).host.toLowerCase());
  }
}
