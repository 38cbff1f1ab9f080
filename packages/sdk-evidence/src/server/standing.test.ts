import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPredicate, failedTests, stagePredicate, startedAt } from './sample-evidence.ts';
import { type RankedRecord, standingOf } from './standing.ts';

const identity = `sha256:${'e'.repeat(64)}`;

interface Drawn {
  readonly until: number;
  readonly attempt: number;
  readonly run: string;
  readonly failed: boolean;
  readonly digests: readonly string[];
}

const drawn = fc.record({
  until: fc.integer({ min: 0, max: 4 }),
  attempt: fc.integer({ min: 1, max: 3 }),
  run: fc.constantFrom('r1', 'r2', 'r3'),
  failed: fc.boolean(),
  digests: fc.subarray(['sha256:a', 'sha256:b', 'sha256:c'], { minLength: 1 }),
});

function arrive(records: readonly Drawn[]): RankedRecord[] {
  return records.map((record, index) => recordOf(record, index + 1));
}

function recordOf({ until, attempt, run, failed, digests }: Drawn, ingestSequence: number): RankedRecord {
  const observed = { from: new Date(startedAt).toISOString(), until: new Date(startedAt + until * 1000).toISOString() };
  const tests = failed ? failedTests() : buildPredicate().values.tests;
  const predicate = buildPredicate({ observed, run: { provider: 'ci', id: run, attempt }, values: tests === undefined ? {} : { tests } });
  return {
    statementDigest: JSON.stringify([until, attempt, run, failed, digests]),
    digests,
    receivedAt: startedAt,
    ingestSequence,
    keyId: 'k',
    traceparent: null,
    predicate,
  };
}

/** What a person can see of the standings: nothing that depends on the order of arrival. */
function picture(records: readonly RankedRecord[]) {
  return standingOf(records, 'tests', identity).map(({ counting, countsFor, previous, failedRuns, supersededFailures }) => ({
    counting: counting.evidenceId,
    countsFor,
    previous: previous?.evidenceId ?? null,
    failedRuns,
    supersededFailures,
  }));
}

describe('standingOf', () => {
  it('picks the same records in every order of arrival, where no two say the same (observed.until, attempt)', () => {
    const distinct = fc.uniqueArray(drawn, { selector: ({ until, attempt }) => `${until}/${attempt}`, maxLength: 8 });
    fc.assert(
      fc.property(
        distinct.chain((records) => fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length }))),
        ([records, shuffled]) => {
          expect(picture(arrive(shuffled))).toEqual(picture(arrive(records)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts for each digest the greatest (observed.until, attempt, arrival), as a plain search finds it', () => {
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 10 }), (records) => {
        const arrived = arrive(records);
        const standings = standingOf(arrived, 'tests', identity);
        for (const digest of ['sha256:a', 'sha256:b', 'sha256:c']) {
          const bound = arrived.filter((record) => record.digests.includes(digest));
          const best = bound.reduce<RankedRecord | null>((left, right) => (left === null || rank(right) > rank(left) ? right : left), null);
          const standing = standings.filter(({ countsFor }) => countsFor.includes(digest));
          expect(standing.map(({ counting }) => counting.ingestSequence)).toEqual(best === null ? [] : [best.ingestSequence]);
        }
        for (const { counting, countsFor, failedRuns, supersededFailures } of standings) {
          const failures = arrived.filter(
            ({ digests, predicate }) => digests.some((digest) => countsFor.includes(digest)) && isFailed(predicate.values),
          );
          expect(failedRuns).toBe(new Set(failures.map(({ predicate }) => predicate.run.id)).size);
          expect(supersededFailures).toBe(failures.filter(({ ingestSequence }) => ingestSequence !== counting.ingestSequence).length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a bad window that arrives late does not replace the newer one, and is the window before it', () => {
    const at = (seconds: number) => ({
      from: new Date(startedAt).toISOString(),
      until: new Date(startedAt + seconds * 1000).toISOString(),
    });
    const record = (p95Ms: number, seconds: number, ingestSequence: number, attempt = 1): RankedRecord => ({
      statementDigest: String(p95Ms),
      digests: ['sha256:a'],
      receivedAt: startedAt,
      ingestSequence,
      keyId: 'k',
      traceparent: null,
      predicate: stagePredicate({ observed: at(seconds), run: { provider: 'canary', id: `w${seconds}`, attempt } }, p95Ms),
    });
    const [standing] = standingOf([record(100, 16, 1), record(900, 8, 2), record(120, 16, 3, 2)], 'slo', identity);
    expect([standing?.counting.evidenceId, standing?.previous?.evidenceId]).toEqual(['120', '900']);
  });

  it('a window of another pod template is not the window before', () => {
    const records = [
      { hash: 'old', seconds: 8 },
      { hash: 'new', seconds: 16 },
    ].map(
      ({ hash, seconds }, index): RankedRecord => ({
        statementDigest: hash,
        digests: ['sha256:a'],
        receivedAt: startedAt,
        ingestSequence: index,
        keyId: 'k',
        traceparent: null,
        predicate: stagePredicate({
          podTemplateHash: hash,
          observed: { from: new Date(startedAt).toISOString(), until: new Date(startedAt + seconds * 1000).toISOString() },
        }),
      }),
    );
    expect(standingOf(records, 'slo', identity)[0]?.previous).toBeNull();
  });

  it('records bound to no artifact stand together and count for the release itself', () => {
    const records = arrive([
      { until: 1, attempt: 1, run: 'r1', failed: true, digests: [] },
      { until: 2, attempt: 1, run: 'r2', failed: false, digests: [] },
    ]);
    expect(
      standingOf(records, 'tests', identity).map(({ counting, countsFor, supersededFailures }) => [
        counting.run.id,
        countsFor,
        supersededFailures,
      ]),
    ).toEqual([['r2', [identity], 1]]);
  });

  it('no record bound to no artifact ever counts for one, nor the other way round', () => {
    const bound = fc.oneof(
      drawn,
      drawn.map((record) => ({ ...record, digests: [] })),
    );
    fc.assert(
      fc.property(fc.array(bound, { maxLength: 8 }), (records) => {
        for (const { counting, countsFor } of standingOf(arrive(records), 'tests', identity)) {
          if (counting.digests.length === 0) expect(countsFor).toEqual([identity]);
          else expect(counting.digests).toEqual(expect.arrayContaining([...countsFor]));
        }
      }),
    );
  });

  it('a record without the item has no standing in it', () => {
    expect(standingOf(arrive([{ until: 1, attempt: 1, run: 'r', failed: false, digests: ['sha256:a'] }]), 'sbom', identity)).toEqual([]);
  });
});

function rank({ predicate, ingestSequence }: RankedRecord): number {
  return (Date.parse(predicate.observed.until) - startedAt) * 1e4 + predicate.run.attempt * 1e3 + ingestSequence;
}

function isFailed(values: object): boolean {
  return ((values as { tests?: { failed?: number } }).tests?.failed ?? 0) > 0;
}
