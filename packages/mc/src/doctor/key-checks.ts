import { type KeySet, localSigner, resolveKey } from '@promotable/attest';
import type { Connection } from '../connection.ts';
import type { Io } from '../io.ts';
import { signingKey, type SigningKeyOptions } from '../signing-key.ts';
import { type KeyOptions, verifiedKeys } from '../trusted-keys.ts';
import { type Finding, failed, ok, warning } from './check.ts';

const day = 86_400_000;

/** Whether the pinned root signs MC's key set, and for how long the set and the key of decisions count. */
export async function keySetChecks(io: Io, options: KeyOptions, connection: Connection): Promise<{ findings: Finding[]; keySet: KeySet }> {
  const { keySet } = await verifiedKeys(io, options, async () => connection);
  const now = io.clock.now();
  const decision = keySet.keys.filter(
    ({ keyId, use }) => use === 'decision' && resolveKey(keySet, keyId, { use, at: now }).status === 'trusted',
  );
  const leftMs = Date.parse(keySet.expiresAt) - now;
  const set = `the pinned root signs key set ${keySet.version}, which ends ${keySet.expiresAt}`;
  const findings = [
    leftMs < day ? warning('key-set', set, 'See that MC renews its key set; clients hold once it has ended.') : ok('key-set', set),
    decision.length > 0
      ? ok('decision-key', `decisions are signed by ${decision.map(({ keyId }) => keyId).join(', ')}`)
      : failed(
          'decision-key',
          'the key set lists no key in force that may sign decisions',
          'Publish one: every decision is a hold without it.',
        ),
  ];
  return { findings, keySet };
}

/** Whether MC will believe what is signed here. */
export async function signingKeyChecks(io: Io, options: SigningKeyOptions, keySet: KeySet | null): Promise<Finding> {
  const { keyId } = localSigner(await signingKey(io, options));
  if (keySet === null)
    return warning('signing-key', `${keyId} can be read; whether MC trusts it cannot be seen`, 'Mend the key set first.');
  const entry = keySet.keys.find((one) => one.keyId === keyId);
  if (entry === undefined)
    return failed(
      'signing-key',
      `MC does not list ${keyId}`,
      'Add its public half for evidence: what it signs is refused until then, and counts from then on.',
    );
  if (entry.use !== 'evidence')
    return failed('signing-key', `${keyId} is listed for ${entry.use}, not for evidence`, 'Sign with a key of its own.');
  const { status } = resolveKey(keySet, keyId, { use: 'evidence', at: io.clock.now() });
  if (status !== 'trusted') return failed('signing-key', `${keyId} is ${status}`, 'Sign with the next key.');
  const text = `${keyId} is trusted until ${entry.notAfter}`;
  return Date.parse(entry.notAfter) - io.clock.now() < 7 * day
    ? warning('signing-key', text, 'Publish the next key now: it must be listed for 7 days before the old one ends.')
    : ok('signing-key', text);
}
