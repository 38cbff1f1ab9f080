// `Query.keyImpact`: evidence, releases and decisions in force that rest on a key, for whoever may read both.
import { isIdentityListed, type KeyUse, resolveKey } from '@promotable/attest';
import { type Clock, KeyId, TenantId } from '@promotable/contracts';
import type { KeyImpact } from '@promotable/contracts/graphql';
import { postgresDecisionsByKey } from '@promotable/gate/postgres';
import { postgresRecordsByKey } from '@promotable/sdk-evidence/server/postgres';
import { parseInput, requireScope, type ResolverContext, type ServerModule } from '@promotable/server-kit';
import type pg from 'pg';
import { z } from 'zod';
import type { KeyDirectory } from './key-directory.ts';

/** A key, or who a certificate names. */
const SignerId = z.union([
  KeyId,
  z
    .string()
    .regex(/^identity:\S+ \S.*$/, 'must be a key id, or identity:<issuer> <name>')
    .max(1100),
]);
const Arguments = z.object({ tenant: TenantId.nullish(), keyId: SignerId });
/** Of releases, and of decisions. */
const maxListed = 200;

export interface KeyImpactParts {
  readonly pool: pg.Pool;
  readonly keys: Pick<KeyDirectory, 'trust'>;
  readonly clock: Clock;
}

export function keyImpactModule({ pool, keys, clock }: KeyImpactParts): ServerModule {
  const recordsByKey = postgresRecordsByKey(pool);
  const decisionsByKey = postgresDecisionsByKey(pool);
  return {
    name: 'key-impact',
    scopes: { 'Query.keyImpact': 'evidence:read' },
    resolvers: {
      Query: {
        /** The server has compared a named tenant with the token's before. */
        async keyImpact(_parent: unknown, args: unknown, { principal }: ResolverContext): Promise<KeyImpact> {
          requireScope(principal, 'decision:read');
          const { keyId } = parseInput(Arguments, args);
          const { tenant, services } = principal;
          // All releases are asked for: a decision of the 201st rests on the key no less.
          const releases = await recordsByKey({ tenant, keyId, services, limit: 100_000 });
          const statements = releases.flatMap((release) => release.statements);
          const decisions = await decisionsByKey({ tenant, keyId, statements, services, limit: maxListed + 1 });
          return {
            keyId,
            ...standingOf(keys.trust(), keyId, clock.now()),
            records: releases.reduce((sum, { records }) => sum + records, 0),
            releases: releases.slice(0, maxListed).map(({ service, releaseId, records, lastReceivedAt }) => ({
              ...{ service, releaseId, records, lastReceivedAt: lastReceivedAt.toISOString() },
            })),
            decisions: decisions.slice(0, maxListed),
            more: releases.length > maxListed || decisions.length > maxListed,
          };
        },
      },
    },
  };
}

function standingOf(
  { keySet, trustPolicy }: ReturnType<KeyDirectory['trust']>,
  signerId: string,
  at: number,
): { use: KeyUse | null; status: string } {
  const isListed = isIdentityListed(trustPolicy, signerId);
  if (isListed !== null) return { use: isListed ? 'evidence' : null, status: isListed ? 'trusted' : 'unknown' };
  const use = keySet.keys.find((entry) => entry.keyId === signerId)?.use ?? null;
  return { use, status: use === null ? 'unknown' : resolveKey(keySet, signerId, { use, at }).status };
}
