/** The form in which a person logs in. No script, nothing loaded from elsewhere. */
export function loginPage(action: string, failed: boolean): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Log in</title>
<h1>Aviation Safety Board</h1>
${failed ? '<p role="alert">E-mail or password is wrong.</p>' : ""}
<form method="post" action="${escaped(action)}">
<label>E-mail <input name="email" type="email" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button>
</form>
</html>
`;
}

export const loginPageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
