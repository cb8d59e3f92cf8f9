import type { Scope } from "#wire/scopes.ts";

/** What each scope lets a client do, in words for the person who is asked. Others are shown by their name. */
const meanings: Partial<Readonly<Record<Scope, string>>> = {
  "all-apis": "everything you may do in this workspace",
  offline_access: "stay connected when you are away",
  openid: "know who you are",
  email: "see your e-mail address",
  profile: "see your name",
  sql: "run SQL and use warehouses",
  "unity-catalog": "see and manage data you have rights on, and call functions",
  "model-serving": "ask models and agents",
};

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; color: #1b1f23; background: #fff }
h1 { font-size: 1.25rem } label { display: block; margin: .75rem 0 } input { display: block; width: 100%; font: inherit; padding: .5rem; box-sizing: border-box }
button { font: inherit; padding: .5rem 1rem; margin: .75rem .5rem 0 0; cursor: pointer } [role=alert] { color: #b3261e } li { margin: .25rem 0 }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16181c } input, button { color: inherit; background: #23262c; border: 1px solid #555 } }
`;

/** What the login page shows. */
export interface Login {
  /** Where the form is sent; below it are the other providers, by their position. */
  readonly action: string;
  readonly client: string;
  readonly elsewhere: readonly string[];
  /** Why the person was not let in. */
  readonly failure?: string;
  readonly name?: string;
}

/** The form in which a person logs in. No script, nothing loaded from elsewhere. */
export function loginPage({ action, client, elsewhere, failure, name = "" }: Login): string {
  const links = elsewhere.map(
    (provider, i) => `<p><a href="${escaped(action)}/login/${i}">Log in with ${escaped(provider)}</a></p>`,
  );
  return page(
    "Log in",
    `<p>to continue to <strong>${escaped(client)}</strong></p>
${links.join("\n")}
${failure === undefined ? "" : `<p role="alert">${escaped(failure)}</p>`}
<form method="post" action="${escaped(action)}">
<label>E-mail <input name="name" type="email" autocomplete="username" required value="${escaped(name)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button name="answer" value="login">Log in</button> <button name="answer" value="refuse" formnovalidate>Cancel</button>
</form>`,
  );
}

/** What a person is asked to allow. */
export interface Consent {
  /** Where the answer is sent. */
  readonly action: string;
  readonly person: string;
  readonly client: string;
  /** Host of the document by which the client describes itself; nobody else vouches for it. */
  readonly describedAt?: string;
  readonly scopes: readonly string[];
  /** MCP servers to which the token will be bound; none: the workspace. */
  readonly resources: readonly string[];
  readonly leadsTo: URL;
}

/** Asks a person what a client may do for them. */
export function consentPage({ action, person, client, describedAt, scopes, resources, leadsTo }: Consent): string {
  const known: Readonly<Record<string, string | undefined>> = meanings;
  const items = scopes.map((scope) => `<li>${escaped(known[scope] ?? scope)} <small>(${escaped(scope)})</small></li>`);
  const isLocal = LOOPBACK.has(leadsTo.hostname);
  return page(
    `Allow ${client}?`,
    `<p>You are logged in as <strong>${escaped(person)}</strong>. <strong>${escaped(client)}</strong>${
      describedAt === undefined ? "" : `, which describes itself at <strong>${escaped(describedAt)}</strong>,`
    } asks to:</p>
<ul>${items.join("")}</ul>
${resources.length === 0 ? "" : `<p>Only at: ${resources.map((one) => `<strong>${escaped(one)}</strong>`).join(", ")}</p>`}
<p>It continues at <strong>${escaped(leadsTo.host)}</strong>${
      isLocal ? ", on your own computer, where any program may have begun this" : ""
    }. Allow only what you started yourself.</p>
<form method="post" action="${escaped(action)}">
<button name="answer" value="allow">Allow</button> <button name="answer" value="refuse">Refuse</button>
</form>`,
  );
}

/** What a person who is about to log out is shown. */
export interface Logout {
  /** Where the form is sent. */
  readonly action: string;
  /** Known to this page alone, so that no other site can send the form. */
  readonly xsrf: string;
  readonly person: string;
}

/** Asks whether to log out: no link or form of another site does it alone. */
export function logoutPage({ action, xsrf, person }: Logout): string {
  return page(
    "Log out?",
    `<p>This browser is logged in as <strong>${escaped(person)}</strong>.</p>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="xsrf" value="${escaped(xsrf)}">
<button name="logout" value="yes">Log out</button>
</form>
<p>Close this page to stay logged in.</p>`,
  );
}

/** Says what has ended, and what has not. */
export function loggedOutPage(): string {
  return page(
    "Logged out",
    `<p>This browser is not logged in here.</p>
<p>If you came by another login provider, you may still be logged in there. Programs that you allowed to act for you still may.</p>`,
  );
}

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Says why a login cannot go on. */
export function endedPage(why: string): string {
  return page("This login cannot go on", `<p role="alert">${escaped(why)}</p>`);
}

/**
 * The forms' targets redirect to the client, so `form-action` cannot be narrowed to this host. Nor can the referrer policy be
 * `no-referrer`: under it a browser says of a form's origin that it is `null` (Fetch, "append a request Origin header"), which the
 * edge refuses.
 */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} - Lakeward</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
${body}
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
