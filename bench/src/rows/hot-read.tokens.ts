// Tokens of a CI provider, RS256 and ES256 in turn, as an OIDC issuer gives them.
import type { Scope } from '@promotable/contracts';
import type { OidcIssuer } from '@promotable/server-kit';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { callers } from './hot-read.contract.ts';

const issuer = 'https://ci.example';
const audience = 'mc';

/** One token per caller, and the issuer that a server needs to verify them. */
export async function callerTokens(
  scopes: readonly Scope[] = ['evidence:read'],
): Promise<{ readonly tokens: string[]; readonly oidc: OidcIssuer }> {
  const keys = await Promise.all(
    (['RS256', 'ES256'] as const).map(async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg);
      return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg, alg } };
    }),
  );
  const subjects = Array.from({ length: callers }, (_, index) => `repo-${index}`);
  const tokens = await Promise.all(
    subjects.map((subject, index) => {
      const { alg, privateKey } = keys[index % keys.length] as (typeof keys)[number];
      return new SignJWT({ repository_id: subject })
        .setProtectedHeader({ alg, kid: alg })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('2h')
        .sign(privateKey);
    }),
  );
  const rules = subjects.map((subject, index) => ({
    claims: { repository_id: subject },
    tenant: `tenant-${index}`,
    services: ['checkout'],
    scopes,
  }));
  return { tokens, oidc: { issuer, audience, algorithms: ['RS256', 'ES256'], jwks: { keys: keys.map(({ jwk }) => jwk) as never }, rules } };
}
