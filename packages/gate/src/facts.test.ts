import { canonicalize, digestOf, sha256Hex } from '@promotable/attest';
import { type ExceptionFact, RolloutFacts } from '@promotable/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFacts, countingEvidence, type FactsInput, maxFactsBytes, rolloutFacts } from './facts.ts';
import { builtRelease, standing, unknownRelease, windowRecord } from './testing/evidence.ts';
import { ask20, digestA, digestB, startOfTime } from './testing/world.ts';

const now = startOfTime + 420_000;
const window = windowRecord({ until: now - 1000, digests: [digestA] });
const input: FactsInput = {
  question: { tenant: 'acme', ...ask20 },
  evidence: { ...builtRelease({ until: startOfTime, digests: [digestA] }), slo: standing(window) },
  standing: { proven: false, revoked: false, current: false, suspectForMs: { absent: 'NOT_SUSPECT' }, passedWith: { absent: 'NO_PASS' } },
  exceptions: [],
  signers: { statusOf: (keyId) => (keyId === 'stolen' ? 'revoked' : 'trusted') },
  stageStartedAt: startOfTime,
  now,
};

const waiver: ExceptionFact = {
  kind: 'waiver',
  id: 'W-1',
  codes: ['P95_OVER_BUDGET'],
  digests: [digestA],
  environment: 'production',
  stages: ['20'],
  rule: { absent: 'NOT_STATED' },
  path: { absent: 'NOT_STATED' },
  suite: { absent: 'NOT_STATED' },
  verified: true,
  countersigned: { absent: 'NOT_APPLICABLE' },
  activeForMs: 0,
  expiresInMs: 60_000,
};

const sloOf = (changes: Partial<FactsInput>) => {
  const { slo } = rolloutFacts({ ...input, ...changes }).facts.items;
  if ('absent' in slo) throw new Error('no window');
  return slo;
};

describe('rollout facts', () => {
  it('hold numbers, codes and digests alone, under the digest of their RFC 8785 form', () => {
    const { facts, factsDigest } = rolloutFacts(input);
    expect(factsDigest).toBe(digestOf(facts));
    expect(RolloutFacts.parse(facts)).toEqual(facts);
    expect(facts.items.slo).toMatchObject({
      ageMs: 1000,
      windowMs: 300_000,
      startOffsetMs: 119_000,
      signer: 'trusted',
      previous: { absent: 'NO_PREVIOUS' },
    });
    expect(facts.stage).toEqual({ startedAgoMs: 420_000 });
  });

  it('measure age from the earlier of observed and received, so that a late arrival is not young', () => {
    const late = { ...window, receivedAt: now };
    expect(sloOf({ evidence: { ...input.evidence, slo: standing(late) } }).ageMs).toBe(1000);
    const ahead = windowRecord({ until: now + 30_000, digests: [digestA] });
    expect(sloOf({ evidence: { ...input.evidence, slo: standing({ ...ahead, receivedAt: now - 5000 }) } }).ageMs).toBe(5000);
  });

  it('tag what is not there', () => {
    const { facts } = rolloutFacts({ ...input, question: { ...input.question, podTemplateHash: null }, evidence: unknownRelease });
    expect(facts.items).toEqual({
      sbom: { absent: 'NO_EVIDENCE' },
      tests: { absent: 'NO_EVIDENCE' },
      coverage: { absent: 'NO_EVIDENCE' },
      scan: { absent: 'NO_EVIDENCE' },
      provenance: { absent: 'NO_EVIDENCE' },
      slo: { absent: 'NO_EVIDENCE' },
      cost: { absent: 'NO_EVIDENCE' },
    });
    expect(facts.request.podTemplateHash).toEqual({ absent: 'NOT_SENT' });
    const uncounted = { ...window, samples: null, podTemplateHash: null };
    const slo = sloOf({ evidence: { ...input.evidence, slo: standing(uncounted) } });
    expect([slo.canary.samples, slo.podTemplateHash]).toEqual([{ absent: 'SAMPLES_UNKNOWN' }, { absent: 'NOT_APPLICABLE' }]);
  });

  it('say of each version by itself whether its requests were counted', () => {
    const slo = sloOf({ evidence: { ...input.evidence, slo: standing({ ...window, stableSamples: null }) } });
    expect(slo.stable).toMatchObject({ samples: { absent: 'SAMPLES_UNKNOWN' } });
    expect(slo.canary.samples).toBe(window.samples);
  });

  it('carry the window before with how much earlier it ended', () => {
    const before = windowRecord({ until: now - 61_000, p95Ms: 400, digests: [digestA], keyId: 'stolen' });
    expect(sloOf({ evidence: { ...input.evidence, slo: standing(window, before) } }).previous).toMatchObject({
      evidenceId: before.evidenceId,
      endGapMs: 60_000,
      signer: 'revoked',
      canary: { p95Ms: 400 },
    });
  });

  it('are digested as the bytes that the policy reads', () => {
    const { facts, bytes, factsDigest } = rolloutFacts(input);
    expect(Buffer.from(bytes).toString()).toBe(canonicalize(facts));
    expect(factsDigest).toBe(sha256Hex(bytes));
  });

  it('name the counting evidence once, sorted', () => {
    const ids = countingEvidence(rolloutFacts(input).facts);
    expect(ids).toEqual([input.evidence.sbom[0]?.counting.evidenceId, window.evidenceId].sort());
  });

  it('are refused with the path when a source gives something else', () => {
    expect(() => rolloutFacts({ ...input, evidence: { ...input.evidence, unsigned: Number.NaN } })).toThrow(
      expect.objectContaining({
        code: 'FACTS_INVALID',
        message: expect.stringMatching(/^not rollout facts: \/release\/unsigned \S/),
        faults: [expect.objectContaining({ path: '/release/unsigned' })],
      }),
    );
  });

  it('say what was asked, what the release consists of, and how it stands', () => {
    const unsorted = [digestB, digestA];
    const standsAs = { proven: true, revoked: true, current: true, suspectForMs: 7, passedWith: ['b'.repeat(64)] };
    const evidence = { ...input.evidence, digests: unsorted, untrusted: 2, unsigned: 3, spooledUntil: [now, now + 1] };
    const { facts } = rolloutFacts({ ...input, evidence, standing: standsAs, exceptions: [waiver] });
    const { items: _items, ...rest } = facts;
    expect(rest).toEqual({
      schema: 'https://promotable.dev/facts/rollout/v1',
      subject: { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production', stage: '20' },
      request: { digests: [digestA], podTemplateHash: '6d4f9c7b58' },
      release: {
        known: true,
        identity: `sha256:${digestOf({ tenant: 'acme', service: 'checkout', releaseId: 'A' })}`,
        digests: [digestA, digestB],
        untrusted: 2,
        unsigned: 3,
        spooled: 1,
      },
      standing: standsAs,
      stage: { startedAgoMs: 420_000 },
      exceptions: [waiver],
    });
    expect(evidence.digests).toBe(unsorted);
    expect(unsorted).toEqual([digestB, digestA]);
  });

  it('take a stage or evidence dated ahead of the clock for new, not for negative', () => {
    expect(rolloutFacts({ ...input, stageStartedAt: now + 1 }).facts.stage).toEqual({ startedAgoMs: 0 });
    const ahead = windowRecord({ until: now + 1, digests: [digestA] });
    expect(sloOf({ evidence: { ...input.evidence, slo: standing({ ...ahead, receivedAt: now + 1 }) } }).ageMs).toBe(0);
  });

  it('are the same for the same input, whatever the order of digests', () => {
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
    fc.assert(
      fc.property(fc.uniqueArray(digest, { minLength: 1, maxLength: 8 }), (digests) => {
        const reversed = [...digests].reverse();
        const of = (list: string[]) => rolloutFacts({ ...input, evidence: { ...input.evidence, digests: list } }).factsDigest;
        expect(of(reversed)).toBe(of(digests));
      }),
    );
  });

  it('are refused as too large above 256 kB and not at it', () => {
    const digests = Array.from({ length: 256 }, (_, index) => `sha256:${index.toString(16).padStart(64, '0')}`);
    const { facts } = rolloutFacts(input);
    const [item] = 'absent' in facts.items.tests ? [] : facts.items.tests;
    if (item === undefined) throw new Error('no tests');
    const full = Array.from({ length: 13 }, () => ({ ...item, covers: digests }));
    const of = (covered: number, idLength: number): RolloutFacts => ({
      ...facts,
      items: { ...facts.items, tests: [...full, { ...item, covers: digests.slice(0, covered) }] },
      exceptions: [{ ...waiver, id: 'W'.repeat(idLength) }],
    });
    const room = maxFactsBytes - Buffer.byteLength(canonicalize(of(1, 1)));
    const perDigest = JSON.stringify(digestA).length + 1;
    const covered = 1 + Math.floor(room / perDigest);
    const idLength = 1 + (room % perDigest);
    expect(checkFacts(of(covered, idLength)).facts).toEqual(of(covered, idLength));
    expect(() => checkFacts(of(covered, idLength + 1))).toThrow(
      expect.objectContaining({ code: 'FACTS_TOO_LARGE', message: 'facts have at most 262144 bytes' }),
    );
  });

  it('lose no field unnoticed', () => {
    const { facts } = rolloutFacts(input);
    for (const field of Object.keys(facts)) {
      const { [field as keyof RolloutFacts]: _removed, ...rest } = facts;
      expect(() => checkFacts(rest)).toThrow(expect.objectContaining({ code: 'FACTS_INVALID' }));
    }
  });
});
