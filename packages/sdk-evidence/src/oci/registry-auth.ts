// Who may come in: what a registry asks for (RFC 9110 §11.6.1) and the answer to it. No error holds a password or a token.
import { z } from 'zod';

/** Name and password for one registry. */
export interface RegistryCredentials {
  readonly user: string;
  readonly password: string;
}

/** Gives the `Authorization` header that a challenge asks for; null where there is none to give. */
export type Authorize = (challenge: string | null, signal: AbortSignal) => Promise<string | null>;

const TokenAnswer = z.object({ token: z.string().min(1).optional(), access_token: z.string().min(1).optional() });

/**
 * Answers a `Basic` challenge with the credentials and a `Bearer` one with a token of the named realm, as the Distribution project describes
 * it (https://distribution.github.io/distribution/spec/auth/token/). Credentials go to the registry's own realm alone, over https unless
 * the registry itself is spoken to in plain text.
 */
export function registryAuthorization(credentials: RegistryCredentials | null, base: URL, fetcher: typeof fetch): Authorize {
  const basic = credentials === null ? null : `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  return async (challenge, signal) => {
    if (challenge === null || /^basic\b/i.test(challenge)) return basic;
    if (!/^bearer\b/i.test(challenge)) return null;
    const said = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
    const realm = URL.parse(said.get('realm') ?? '');
    if (realm === null || (realm.protocol !== 'https:' && realm.protocol !== base.protocol)) return null;
    for (const name of ['service', 'scope']) {
      const value = said.get(name);
      if (value !== undefined) realm.searchParams.set(name, value);
    }
    const response = await fetcher(realm, { headers: basic === null ? {} : { authorization: basic }, redirect: 'error', signal });
    if (!response.ok) return null;
    const answer = TokenAnswer.safeParse(await response.json().catch(() => null)).data;
    const token = answer?.token ?? answer?.access_token;
    return token === undefined ? null : `Bearer ${token}`;
  };
}
