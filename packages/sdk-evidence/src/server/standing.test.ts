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

  it('failed runs are told apart by provider and id, and a test that broke off failed too', () => {
    const tests = (failed: number, errors: number) => ({ ...failedTests(), failed, errors, passed: 4 - failed - errors });
    const run = (provider: string, id: string, second: number, failed: number, errors: number): RankedRecord => ({
      ...recordOf({ until: second, attempt: 1, run: id, failed: false, digests: ['sha256:b', 'sha256:a'] }, second),
      predicate: buildPredicate({
        observed: { from: new Date(startedAt).toISOString(), until: new Date(startedAt + second * 1000).toISOString() },
        run: { provider, id, attempt: 1 },
        values: { tests: tests(failed, errors) },
      }),
    });
    const records = [run('ci', 'r1', 1, 1, 0), run('other', 'r1', 2, 0, 1), run('ci', 'r1', 3, 2, 2), run('ci', 'r2', 4, 0, 0)];
    const [standing] = standingOf(records, 'tests', identity);
    expect(standing).toMatchObject({ failedRuns: 2, supersededFailures: 3, countsFor: ['sha256:a', 'sha256:b'] });
    const [failing] = standingOf(records.slice(0, 3), 'tests', identity);
    expect(failing).toMatchObject({ failedRuns: 2, supersededFailures: 2 });
  });

  it('tells of what it replaced, the latest first and at most 20, and not of what counts for other digests', () => {
    const records = Array.from({ length: 25 }, (_, second) =>
      recordOf(
        { until: second, attempt: 1, run: `r${second}`, failed: false, digests: second === 24 ? ['sha256:b'] : ['sha256:a'] },
        second,
      ),
    );
    const [other, counting] = standingOf(records, 'tests', identity);
    expect([other?.counting.run.id, other?.superseded]).toEqual(['r24', []]);
    expect(counting?.superseded.map(({ run }) => run.id)).toEqual(Array.from({ length: 20 }, (_, index) => `r${22 - index}`));
  });

  it('a list that counts nothing failed by itself, a list of one component and a stated absence did not', () => {
    const { sbom } = buildPredicate().values;
    const record = (components: number, ingestSequence: number): RankedRecord => ({
      ...recordOf({ until: 1, attempt: 1, run: `r${ingestSequence}`, failed: false, digests: ['sha256:a'] }, ingestSequence),
      predicate: buildPredicate({
        run: { provider: 'ci', id: `r${ingestSequence}`, attempt: 1 },
        values: { sbom: { ...sbom, components } as typeof sbom },
      }),
    });
    const absent = { ...record(1, 3), predicate: buildPredicate({ values: { sbom: { absent: 'SBOM_ABSENT' } } }) };
    expect(standingOf([record(0, 1), record(1, 2), absent], 'sbom', identity)).toMatchObject([{ failedRuns: 1, supersededFailures: 1 }]);
  });

  it('gives of a record what a gate reads, and says what was not counted', () => {
    const base = { statementDigest: 'd', digests: ['sha256:a'], receivedAt: 7, ingestSequence: 3, keyId: 'k', traceparent: 't' };
    const predicate = stagePredicate();
    const [slo] = standingOf([{ ...base, predicate }], 'slo', identity);
    expect(slo?.counting).toEqual({
      evidenceId: 'd',
      digests: ['sha256:a'],
      observed: { from: Date.parse('2026-11-21T11:58:00.000Z'), until: Date.parse('2026-11-21T11:58:08.000Z') },
      receivedAt: 7,
      run: predicate.run,
      ingestSequence: 3,
      keyId: 'k',
      traceparent: 't',
      podTemplateHash: '6d5f',
      value: predicate.values.slo,
      samples: 180,
      stableSamples: 700,
    });
    const [cost] = standingOf([{ ...base, predicate }], 'cost', identity);
    expect(cost?.counting).toMatchObject({ samples: 180, stableSamples: null, value: predicate.values.cost });
    const { podTemplateHash: _gone, ...rest } = predicate;
    const uncounted = { ...rest, podTemplateHash: { absent: 'NOT_APPLICABLE' }, samples: {} } as unknown as typeof predicate;
    expect(standingOf([{ ...base, predicate: uncounted }], 'slo', identity)[0]?.counting).toMatchObject({
      podTemplateHash: null,
      samples: null,
      stableSamples: null,
    });
    expect(standingOf([{ ...base, predicate: buildPredicate() }], 'tests', identity)[0]?.counting).toMatchObject({
      podTemplateHash: null,
      samples: 4,
    });
  });

  it('of windows that end together the later attempt counts, and of equal attempts the one that arrived last', () => {
    const digests = ['sha256:a'];
    const same = { until: 1, run: 'r', failed: false, digests };
    const counting = (...records: RankedRecord[]) => standingOf(records, 'tests', identity)[0]?.counting.ingestSequence;
    expect(counting(recordOf({ ...same, attempt: 2 }, 1), recordOf({ ...same, attempt: 1 }, 2))).toBe(1);
    expect(counting(recordOf({ ...same, attempt: 1 }, 1), recordOf({ ...same, attempt: 1 }, 2))).toBe(2);
    expect(counting(recordOf({ ...same, attempt: 1 }, 2), recordOf({ ...same, attempt: 1 }, 1))).toBe(2);
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
