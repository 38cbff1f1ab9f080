// A browser as far as cookies and redirects go.
export interface CookieJar {
  /** Never follows a redirect by itself. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** The `Cookie` header it would send. */
  header(): string;
  /** `Set-Cookie` lines as they came, the latest last. */
  readonly lines: readonly string[];
}

export function cookieJar(): CookieJar {
  const cookies = new Map<string, string>();
  const lines: string[] = [];
  const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    header,
    lines,
    async fetch(url, init = {}) {
      const response = await fetch(url, { redirect: 'manual', ...init, headers: { ...(init.headers as object), cookie: header() } });
      for (const line of response.headers.getSetCookie()) {
        lines.push(line);
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
  };
}

/** Logs in as a person does; answers where the browser ends up. */
export async function logInAs(jar: CookieJar, base: string, [username, password]: readonly [string, string], to = '/'): Promise<string> {
  let at = `${base}/console/login?${new URLSearchParams({ to })}`;
  for (let hop = 0; hop < 10; hop++) {
    const isForm = new URL(at).pathname.startsWith('/login/');
    const response = await jar.fetch(at, isForm ? { method: 'POST', body: new URLSearchParams({ username, password }) } : {});
    const next = response.headers.get('location');
    if (next === null) throw new Error(`the login ended at ${at} with ${response.status}: ${(await response.text()).slice(-1500)}`);
    at = new URL(next, at).href;
    if (at.startsWith(base) && !at.startsWith(`${base}/console/`)) return at.slice(base.length);
  }
  throw new Error('the login goes round in circles');
}
