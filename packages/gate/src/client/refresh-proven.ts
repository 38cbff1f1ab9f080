// Fetches the list of proven digests of a place, believes it only when verified, and keeps it unless a newer one was seen.
import type { Bundle, ProvenList } from '@promotable/contracts';
import { tracingFetch } from '@promotable/telemetry/tracing';
import { z } from 'zod';
import { GateError } from '../gate-error.ts';
import { emptyState, isOlder, type KnownKeySet, newerKeySet } from './client-state.ts';
import type { AskGateOptions } from './gate-client-options.ts';
import { Hold, holdOf } from './hold.ts';
import { exchange } from './http.ts';
import { keySetPath, publishedKeySet, rememberedKeySet } from './key-set-source.ts';
import { learn } from './learn.ts';
import { emptyProven, type KeptList, placeKey, type ProvenMemory, type ProvenStore } from './proven-store.ts';
import { persist } from './retry.ts';
import { isUnknownKey } from './verify-decision.ts';
import { type VerifiedProven, verifyProven } from './verify-proven.ts';

/** Where a list comes from, whom to believe, and where it is kept. */
export interface RefreshProvenOptions
  extends Pick<
    AskGateOptions,
    'url' | 'token' | 'trust' | 'state' | 'clock' | 'fetch' | 'attemptMs' | 'totalMs' | 'keySetRefreshMs' | 'signal'
  > {
  readonly service: string;
  readonly environment: string;
  readonly proven: ProvenStore;
}

const Published = z.object({ bundle: z.unknown() });

/**
 * The list of a place as MC signs it now, verified and kept.
 * @throws {GateError} `PROVEN_REFUSED` (503) with the reason: MC away, a list that cannot be verified, is of another place, has ended, or is older than the
 * kept one, which stays; `STATE_UNREADABLE`, `STATE_NOT_WRITABLE`; errors of the token's reader come out as they are
 */
export async function refreshProven(options: RefreshProvenOptions): Promise<{ readonly list: ProvenList; readonly bundle: Bundle }> {
  const { url, token, state, clock, proven, service, environment, attemptMs = 3000, totalMs = 8000, signal } = options;
  const fetch = tracingFetch(options.fetch ?? globalThis.fetch);
  const total = AbortSignal.timeout(totalMs);
  const limits = { attemptMs, totalMs, deadline: signal === undefined ? total : AbortSignal.any([total, signal]) };
  const base = url.replace(/\/+$/, '');
  const bearer = typeof token === 'string' ? token : await token();
  try {
    const path = `/v1/gate/proven?${new URLSearchParams({ service, environment }).toString()}`;
    const answer = await persist((attempt) => exchange(`${base}${path}`, { fetch, signal: attempt, token: bearer }), limits);
    if (answer.status === 401 || answer.status === 403) throw new Hold('UNAUTHENTICATED', { status: answer.status });
    if (answer.status !== 200) throw new Hold('ANSWER_UNREADABLE', { cause: `HTTP ${answer.status}` });
    const published = Published.safeParse(parseJson(answer.text));
    if (!published.success) throw new Hold('ANSWER_UNREADABLE', { cause: 'no list of a known shape' });
    const { verified, known } = await verifiedWithKeys(published.data.bundle, options, () =>
      persist((attempt) => exchange(`${base}${keySetPath}`, { fetch, signal: attempt }), limits),
    );
    const { list, statementDigest, bundle } = verified;
    const { tenant, epoch, revision } = list;
    const kept = { service, environment, bundle, epoch, revision, statementDigest, receivedAt: clock.now() };
    await keep(proven, { tenant, keySet: known }, kept);
    return { list, bundle };
  } catch (error) {
    if (error instanceof GateError) throw error;
    const { code, params } = holdOf(error).reason;
    const cause = Object.entries(params).map(([name, value]) => `${name} ${String(value)}`);
    throw new GateError(
      'PROVEN_REFUSED',
      [`no list of proven digests for ${placeKey({ service, environment })}: ${code}`, ...cause].join(', '),
      {
        cause: error,
        retryable: true,
        status: 503,
      },
    );
  }

  async function verifiedWithKeys(
    bundle: unknown,
    { trust, keySetRefreshMs = 300_000 }: RefreshProvenOptions,
    fetchKeys: () => ReturnType<typeof persist>,
  ): Promise<{ readonly verified: VerifiedProven; readonly known: KnownKeySet | null }> {
    const known = (await state.load()) ?? emptyState;
    const roots = typeof trust.rootPublicKey === 'string' ? [trust.rootPublicKey] : trust.rootPublicKey;
    const minimumVersion = Math.max(trust.minimumVersion ?? 0, known.keySet?.version ?? 0);
    const trusted = { rootPublicKeys: roots, minimumVersion, now: clock.now() };
    const verify = (keySet: Parameters<typeof verifyProven>[1]['keySet']) =>
      verifyProven(bundle, { keySet, tenant: known.tenant, service, environment, now: clock.now() });
    const age = clock.now() - (known.keySet?.fetchedAt ?? 0);
    const remembered = age >= 0 && age < keySetRefreshMs ? rememberedKeySet(known.keySet, trusted) : null;
    try {
      if (remembered !== null) return { verified: verify(remembered), known: known.keySet };
    } catch (error) {
      if (!isUnknownKey(error)) throw error;
    }
    const fetched = publishedKeySet(await fetchKeys(), trusted);
    await learn(state, (latest) => ({ ...latest, keySet: newerKeySet(latest.keySet, fetched.known) }));
    return { verified: verify(fetched.keySet), known: fetched.known };
  }
}

/** One change of a store after the other: several places are refreshed at once. */
const turns = new WeakMap<ProvenStore, Promise<unknown>>();

function keep(
  store: ProvenStore,
  { tenant, keySet }: Pick<ProvenMemory, 'keySet'> & { readonly tenant: string },
  list: KeptList,
): Promise<void> {
  const turn = (turns.get(store) ?? Promise.resolve()).then(async () => {
    const memory = (await store.load()) ?? emptyProven;
    if (memory.tenant !== null && memory.tenant !== tenant) throw new Hold('DECISION_FOREIGN', { field: 'tenant' });
    const key = placeKey(list);
    const seen = memory.lists[key];
    if (seen !== undefined && isOlder(list, seen)) throw new Hold('DECISION_OUTDATED', { revision: list.revision, known: seen.revision });
    const isSame = seen !== undefined && seen.epoch === list.epoch && seen.revision === list.revision;
    if (isSame && seen.statementDigest !== list.statementDigest)
      throw new Hold('DECISION_UNVERIFIED', { cause: 'another list has its revision' });
    if (!isSame)
      await store.save({ version: 1, tenant, keySet: newerKeySet(memory.keySet, keySet), lists: { ...memory.lists, [key]: list } });
  });
  turns.set(
    store,
    turn.catch(() => undefined),
  );
  return turn;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
