// What the issuer shows: plain pages without scripts, readable in light and dark.
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const style = `
:root { color-scheme: light dark; --line: #8a8f98; --accent: #1d4ed8; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --accent: #93b4ff; --on: #0b1220; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif; padding: 24px; }
main { width: 100%; max-width: 22rem; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input, button { font: inherit; width: 100%; padding: .55rem .7rem; border: 1px solid var(--line); border-radius: 6px; }
button { margin-top: 1.25rem; border-color: var(--accent); background: var(--accent); color: var(--on); font-weight: 600; cursor: pointer; }
[role=alert] { margin: 1rem 0 0; padding: .5rem .7rem; border-left: 4px solid #c0362c; }
`;

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`;

export interface LoginForm {
  readonly action: string;
  /** What a person must know to log in here. */
  readonly hint: string;
  readonly username: string;
  readonly failed: boolean;
}

export function sendLoginPage(response: ServerResponse, { action, hint, username, failed }: LoginForm): void {
  const alert = failed ? '<p role="alert">This name and password do not belong together. Try again.</p>' : '';
  const page = `<h1>Log in</h1><p>${escaped(hint)}</p>${alert}
<form method="post" action="${escaped(action)}">
<label for="username">Name</label><input id="username" name="username" autocomplete="username" required value="${escaped(username)}"${failed ? '' : ' autofocus'}>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required${failed ? ' autofocus' : ''}>
<button type="submit">Log in</button>
</form>`;
  response.writeHead(200, pageHeaders).end(htmlPage('Log in', page));
}

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

export function htmlPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
