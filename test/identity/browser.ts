import { getCACertificates } from "node:tls";
import { Agent, fetch } from "undici";

/** A browser as far as a login needs one: cookies by path, redirects by hand, forms that say of which origin their page is. */
export class Browser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();
  readonly #base: string;
  readonly #dispatcher: Agent;
  /** Of the page that is shown. */
  #origin: string | undefined;

  /** `base` is the server's origin, from which relative addresses are; `ca` an authority to trust besides. */
  constructor(base: string, ca?: string) {
    this.#base = base;
    this.#dispatcher = new Agent({ connect: { ca: [...getCACertificates("default"), ...(ca ? [ca] : [])] } });
  }

  /** One request, no redirect followed. */
  async visit(url: string, form?: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    const at = new URL(url, this.#base);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => at.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
    const response = await fetch(at, {
      dispatcher: this.#dispatcher,
      redirect: "manual",
      method: form ? "POST" : "GET",
      headers: { ...(cookie && { cookie }), ...(form && this.#origin && { origin: this.#origin }), ...headers },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      const path = /;\s*path=([^;]+)/i.exec(set)?.[1] ?? "/";
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
    // Fetch, "append a request Origin header": under this policy a form's origin is withheld.
    const isWithheld = response.headers.get("referrer-policy") === "no-referrer";
    if (!response.headers.has("location")) this.#origin = isWithheld ? "null" : at.origin;
    return {
      status: response.status,
      location: response.headers.get("location"),
      page: await response.text(),
      response,
    };
  }

  /** Follows redirects until a page, or an address that starts with `until`. */
  async follow(url: string, until: string) {
    let at = url;
    for (let step = 0; step < 10; step += 1) {
      const visited = await this.visit(at);
      if (!visited.location) return { at, ...visited };
      at = new URL(visited.location, new URL(at, this.#base)).href;
      if (at.startsWith(until)) return { at, ...visited };
    }
    throw new Error(`${url} redirects without end.`);
  }

  /** Cookies held, as `name=value`. */
  get cookies(): readonly string[] {
    return [...this.#cookies].map(([name, { value }]) => `${name}=${value}`);
  }
}

/** Where a page's form is sent. @throws Error when it has none. */
export function formOf(page: string): string {
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  if (!action) throw new Error(`The page has no form: ${page}`);
  return action;
}
