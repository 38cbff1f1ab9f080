// Cookies as headers carry them (RFC 6265).

export interface CookieAttributes {
  readonly path: string;
  readonly sameSite: 'Strict' | 'Lax';
  readonly secure: boolean;
  /** 0 removes it. */
  readonly maxAgeSeconds: number;
}

/** The value of the first cookie of this name. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Never readable by scripts. `value` must be free of what separates cookies, as base64url is. */
export function setCookie(name: string, value: string, { path, sameSite, secure, maxAgeSeconds }: CookieAttributes): string {
  const attributes = [`Path=${path}`, `Max-Age=${maxAgeSeconds}`, `SameSite=${sameSite}`, 'HttpOnly', ...(secure ? ['Secure'] : [])];
  return [`${name}=${value}`, ...attributes].join('; ');
}
