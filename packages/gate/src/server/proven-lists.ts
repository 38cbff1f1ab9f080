// What a service may go back to, signed for gates that cannot reach MC. The policy itself says what passes as a rollback; nothing is judged here.
import { digestOf, signStatement } from '@promotable/attest';
import type { Bundle, ProvenList } from '@promotable/contracts';
import { GateError } from '../gate-error.ts';
import type { ReadOptions } from '../fact-sources.ts';
import { judge } from '../judge.ts';
import { provenStatement } from '../proven-statement.ts';
import { currentEpoch } from './current-epoch.ts';
import type { GateOptions } from './gate-options.ts';
import type { EnvironmentKey } from './gate-store.ts';
import { gatherFacts } from './gather-facts.ts';
import type { EnvironmentStanding } from './standing.ts';

/** How long a list counts, milliseconds. */
const validMs = 7 * 86_400_000;
/** An unchanged list is signed anew after this, milliseconds, so that what a gate keeps is never close to its end. */
const renewMs = 3_600_000;
/** Artifacts that are asked about; what passed longer ago is no way back without MC. */
const maxProven = 20;
/** Lost races in a row. */
const maxAttempts = 10;

/** Signs lists of proven digests. */
export interface ProvenLists {
  /** The list in force, signed; the same one until something changes or an hour has gone by. @throws {GateError} `POLICY_NOT_LOADED`, `CONTENTION`, `STORE_UNAVAILABLE` */
  list(place: EnvironmentKey, options?: ReadOptions): Promise<Bundle>;
}

type Content = Pick<ProvenList, 'proven' | 'suspect' | 'revoked'>;

export function createProvenLists(options: GateOptions): ProvenLists {
  const { store, policy, clock, ledger, signer, suspended = null } = options;
  const isBelieved = options.isBelieved ?? (() => true);
  const epochs = currentEpoch(ledger, clock);

  async function contentOf(place: EnvironmentKey, standing: EnvironmentStanding, read: ReadOptions): Promise<Content> {
    const { tenant, service, environment } = place;
    const stage = policy.settings(service, environment).stages.at(-1) ?? 'complete';
    const proven: ProvenList['proven'] = [];
    const revoked = new Set<string>();
    const known = standing.known.filter(({ suspectSince }) => suspectSince === null).slice(0, maxProven);
    for (const { releaseId, digests } of known) {
      const question = { tenant, service, environment, releaseId, stage, digests, podTemplateHash: null };
      const now = clock.now();
      const moment = { now, stageStartedAt: now, standing, passedWith: { absent: 'NO_PASS' as const } };
      const { facts } = await gatherFacts(question, moment, options, read);
      const { verdict, warnings } = judge(facts, policy);
      if (verdict === 'pass' && warnings.some(({ code }) => code === 'ROLLBACK_TO_PROVEN'))
        proven.push({ releaseId, digests: [...digests] });
      if (facts.standing.revoked)
        for (const digest of digests) if (await options.revocations?.anyRevoked(tenant, [digest], read)) revoked.add(digest);
    }
    const suspect = standing.known.flatMap(({ releaseId, digests, suspectSince }) =>
      suspectSince === null ? [] : [{ releaseId, digests: [...digests] }],
    );
    return { proven, suspect, revoked: [...revoked].sort() };
  }

  async function attempt({ tenant, service, environment }: EnvironmentKey, read: ReadOptions): Promise<Bundle | null> {
    const place = { tenant, service, environment };
    const [active, epoch, kept, { standing }] = await Promise.all([
      store.activePolicy(),
      epochs.read(),
      store.provenList(place),
      store.readStanding(place),
    ]);
    if (active?.digest !== policy.digest)
      throw new GateError('POLICY_NOT_LOADED', `the active policy is ${active?.digest ?? 'none'}, loaded is ${policy.digest}`);
    const content = await contentOf(place, standing, read);
    const fingerprint = digestOf({ epoch, ...content });
    const now = clock.now();
    const age = now - (kept?.issuedAt ?? 0);
    if (kept !== null && kept.fingerprint === fingerprint && age >= 0 && age < renewMs && isBelieved(keyOf(kept.bundle), 'pass'))
      return kept.bundle;
    const revision = (kept?.revision ?? 0) + 1;
    const times = { issuedAt: new Date(now).toISOString(), expiresAt: new Date(now + validMs).toISOString() };
    const bundle = await signStatement(provenStatement({ ...place, epoch, revision, ...times, ...content }), signer, read);
    return (await store.recordProvenList(place, { revision, fingerprint, issuedAt: now, bundle })) ? bundle : null;
  }

  return {
    async list(place, read = {}) {
      if (suspended !== null)
        throw new GateError('STORE_UNAVAILABLE', 'MC decides nothing now; see its log', { retryable: true, status: 503 });
      for (let count = 0; count < maxAttempts; count++) {
        const bundle = await attempt(place, read);
        if (bundle !== null) return bundle;
      }
      throw new GateError('CONTENTION', `another writer came first ${maxAttempts} times`, { retryable: true, status: 503 });
    },
  };
}

function keyOf({ verificationMaterial }: Bundle): string {
  return verificationMaterial.publicKey.hint;
}
