import { describe, expect, it } from 'vitest';
import { FaultList } from '../fault-list.ts';
import { parseRedactionRules } from '../redact/redaction-rules.ts';
import { finishStatement } from './finish-statement.ts';
import { digest } from './sample-build.ts';

const subject = [{ name: 'checkout.tgz', digest: { sha256: digest('a') } }];

const predicate = (failures: readonly string[] = [], changes: object = {}) => ({
  service: 'checkout',
  releaseId: 'r1',
  checkpoint: 'build',
  run: { provider: 'ci', id: '1', attempt: 1 },
  observed: { from: '2026-11-21T11:00:00.000Z', until: '2026-11-21T11:00:00.000Z' },
  samples: { tests: 100 },
  values: {
    tests: {
      ...{ format: 'junit', documentDigests: [digest('b')], total: 100, passed: 0, failed: 100, errors: 0, skipped: 0, durationMs: 1 },
      failures,
    },
  },
  ...changes,
});

function finished(value: Record<string, unknown>, rules: readonly { path: string; rule: string }[] = []) {
  const faults = new FaultList();
  const statement = finishStatement(subject, value, faults, { rules: parseRedactionRules({ paths: rules }) });
  return { statement, faults: faults.toArray().map(({ path, code, message }) => `${path} ${code}: ${message}`) };
}
const redactions = (...given: Parameters<typeof finished>) => finished(...given).statement?.predicate['redactions'];

describe('the end of every builder', () => {
  it('refuses a rule that would make it evidence of something else, and no rule of another path', () => {
    for (const field of ['service', 'releaseId']) {
      const { statement, faults } = finished(predicate(), [{ path: `/predicate/${field}`, rule: 'customer' }]);
      expect(statement).toBeNull();
      expect(faults).toContain(`/predicate/${field} redacts_identity: the rule customer would redact it; it identifies the release`);
    }
    const rules = [
      { path: '/predicate/run/id', rule: 'run' },
      { path: '/predicate/environment', rule: 'place' },
    ];
    expect(finished(predicate(), rules).faults).toEqual([]);
    expect(redactions(predicate(), rules)).toEqual([{ path: '/predicate/run/id', rule: 'run' }]);
  });

  it('names the rule that is at fault, not one of the same statement that is none', () => {
    const { faults } = finished(predicate(), [
      { path: '/predicate/run/id', rule: 'run' },
      { path: '/predicate/releaseId', rule: 'customer' },
    ]);
    expect(faults.filter((fault) => fault.includes('redacts_identity'))).toEqual([
      '/predicate/releaseId redacts_identity: the rule customer would redact it; it identifies the release',
    ]);
  });

  it('refuses a secret that identifies the release, without repeating it', () => {
    const secret = `gh${'p_'}${'a1B2'.repeat(9)}`;
    const { statement, faults } = finished(predicate([], { releaseId: secret }), [{ path: '/predicate/run/id', rule: 'run' }]);
    expect(statement).toBeNull();
    expect(faults[0]).toBe(
      '/predicate/releaseId secret_in_identity: looks like a secret; it identifies the release and cannot be redacted',
    );
    expect(faults.filter((fault) => fault.includes('redacts_identity') || fault.includes(secret))).toEqual([]);
  });

  it('lists twenty failures, and redactions of those alone', () => {
    const failures = Array.from({ length: 22 }, (_, index) => `test ${index} of jane.doe@mail.example.com`);
    expect(finished(predicate(failures)).statement?.predicate).toMatchObject({
      values: { tests: { failures: failures.slice(0, 20).map((_, index) => `test ${index} of [redacted:email]`) } },
    });
    expect(redactions(predicate(failures))).toEqual(
      failures.slice(0, 20).map((_, index) => ({ path: `/predicate/values/tests/failures/${index}`, rule: 'email' })),
    );
  });

  it('keeps a name of 256 characters whole, cuts a longer one, and says it in well-formed text', () => {
    const whole = 'a'.repeat(256);
    // A pair of surrogates lies across the cut.
    const split = `${'a'.repeat(254)}\u{1F600}b`;
    const { statement } = finished(predicate([whole, `${whole}b`, split]));
    expect(statement?.predicate).toMatchObject({
      values: { tests: { failures: [whole, `${'a'.repeat(255)}…`, `${'a'.repeat(254)}\uFFFD…`] } },
    });
  });

  it('refuses what JSON cannot say, and fails on a fault that is not of the input', () => {
    expect(
      finished(predicate([], { run: { provider: 'ci', id: 'a\ud800', attempt: 1 } })).faults.map((fault) => fault.split(':')[0]),
    ).toEqual(expect.arrayContaining([expect.stringMatching(/^\/predicate\/run\/id /)]));
    const unreadable = Object.defineProperty({}, 'id', {
      enumerable: true,
      get: () => {
        throw new Error('a broken object');
      },
    });
    expect(() => finished(predicate([], { run: unreadable }))).toThrow('a broken object');
  });

  it('leaves a predicate without tests as it is', () => {
    const values = { sbom: { absent: 'SBOM_ABSENT' } };
    expect(finished(predicate([], { values, samples: {} })).statement?.predicate).toMatchObject({ values, redactions: [] });
    expect(finished(predicate([], { values: undefined })).statement).toBeNull();
  });
});
