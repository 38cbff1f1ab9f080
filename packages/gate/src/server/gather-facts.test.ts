import type { ReleaseQuestion } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../fact-sources.ts';
import { builtRelease } from '../testing/evidence.ts';
import { ask20, digestA, startOfTime } from '../testing/world.ts';
import { type FactSources, gatherFacts } from './gather-facts.ts';
import { emptyStanding, type EnvironmentStanding } from './standing.ts';

const question = { tenant: 'acme', ...ask20 };
const evidence = { ...builtRelease({ until: startOfTime, digests: [digestA] }), rebuildRevision: 4 };
const options = { signal: new AbortController().signal };

/** Sources that write down what they are asked. */
function sources(changes: Partial<FactSources> = {}) {
  const asked: (readonly [string, unknown, ReadOptions | undefined])[] = [];
  const read = async (of: ReleaseQuestion, given?: ReadOptions) => {
    asked.push(['evidence', of, given]);
    return evidence;
  };
  const all: FactSources = {
    evidence: { releaseEvidence: read },
    signers: { statusOf: () => 'trusted' },
    exceptions: {
      async exceptions(of, given) {
        asked.push(['exceptions', of, given]);
        return [];
      },
    },
    revocations: {
      async anyRevoked(tenant, digests, given) {
        asked.push(['revocations', { tenant, digests }, given]);
        return true;
      },
    },
    ...changes,
  };
  return { asked, all };
}

function gather(all: FactSources, standing: EnvironmentStanding = emptyStanding) {
  return gatherFacts(
    question,
    { now: startOfTime + 60_000, stageStartedAt: startOfTime, standing, passedWith: { absent: 'NO_PASS' } },
    all,
    options,
  );
}

/** Others passed with the same artifact, each under its own release id. */
const shared = (...releases: readonly string[]): EnvironmentStanding => ({
  ...emptyStanding,
  known: releases.map((releaseId) => ({ releaseId, digests: [digestA], rebuildRevision: 4, suspectSince: null })),
});

describe('gathering facts', () => {
  it('asks every source about exactly this release, environment and stage, and hands the signal on', async () => {
    const { asked, all } = sources();
    const { facts, evidence: read } = await gather(all);
    const of = { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production', stage: '20' };
    expect(asked).toEqual([
      ['evidence', of, options],
      ['exceptions', { ...of, digests: [digestA] }, options],
      ['revocations', { tenant: 'acme', digests: [digestA] }, options],
    ]);
    expect(facts).toMatchObject({ standing: { revoked: true }, stage: { startedAgoMs: 60_000 }, exceptions: [] });
    expect(read).toBe(evidence);
  });

  it('takes nothing for revoked where nobody can revoke', async () => {
    const { revocations: _none, ...rest } = sources().all;
    expect((await gather(rest)).facts.standing.revoked).toBe(false);
  });

  it('asks at most five other releases whether they were rebuilt, and never the asked one twice', async () => {
    const { asked, all } = sources();
    const { facts } = await gather(all, shared('B', 'A', 'C', 'D', 'E', 'F', 'G'));
    const others = asked.filter(([source]) => source === 'evidence').slice(0, 6);
    expect(others.map(([, of]) => (of as ReleaseQuestion).releaseId).sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    expect(others.every(([, , given]) => given === options)).toBe(true);
    expect(asked).toHaveLength(8);
    expect(facts.standing).toMatchObject({ proven: false, revoked: true });
  });

  it('believes a shared artifact proven by the rebuild that its release has now', async () => {
    const { revocations: _none, ...rest } = sources().all;
    expect((await gather(rest, shared('B'))).facts.standing.proven).toBe(true);
    const rebuilt: FactSources['evidence'] = {
      releaseEvidence: async ({ releaseId }) => (releaseId === 'B' ? { ...evidence, rebuildRevision: 5 } : evidence),
    };
    expect((await gather({ ...rest, evidence: rebuilt }, shared('B'))).facts.standing.proven).toBe(false);
  });

  it.each(['evidence', 'exceptions', 'revocations'] as const)('rejects when %s cannot be read', async (name) => {
    const down = async () => {
      throw new Error('down');
    };
    const broken = { releaseEvidence: down, exceptions: down, anyRevoked: down };
    await expect(gather(sources({ [name]: broken }).all)).rejects.toThrow('down');
  });
});
