import { canonicalize } from '@promotable/attest';
import { BuildEvidence, Statement } from '@promotable/contracts';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plantedSecrets } from '../planted-secrets.ts';
import { buildEvidence } from './build-evidence.ts';
import { countingClock, digest, failure, noClock, xml, sampleBuild as input } from './sample-build.ts';

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');

describe('buildEvidence', () => {
  it('binds a release that has no artifact to its own name, in the tenant given', () => {
    const { artifacts: _, ...bare } = input;
    const { subject } = buildEvidence({ ...bare, tenant: 'acme' }, { clock: noClock });
    const sha256 = createHash('sha256').update('{"releaseId":"2026.11.21-1","service":"checkout","tenant":"acme"}').digest('hex');
    expect(subject).toEqual([{ name: 'release:checkout/2026.11.21-1', digest: { sha256 } }]);
    expect(buildEvidence({ ...bare, artifacts: [], tenant: 'acme' }, { clock: noClock }).subject).toEqual(subject);
    // Artifacts that are named are what it is bound to.
    expect(buildEvidence({ ...input, tenant: 'acme' }, { clock: noClock })).toEqual(buildEvidence(input, { clock: noClock }));
    const paths = (changes: object) =>
      failure(() => buildEvidence({ ...bare, ...changes }, { clock: noClock })).faults.map((fault) => fault.path);
    expect(paths({})).toEqual(['/artifacts']);
    expect(paths({ tenant: '' })).toEqual(['/tenant']);
    expect(paths({ tenant: 'acme', releaseId: '' })).toEqual(['/predicate/releaseId']);
    expect(paths({ artifacts: [{ name: 'release:checkout/1', sha256: digest('a') }] })).toEqual(['/artifacts/0/name']);
  });

  it('gives the bytes of the golden file', async () => {
    const statement = buildEvidence(input, { clock: noClock });
    await expect(canonicalize(statement)).toMatchFileSnapshot('../../fixtures/build-evidence.v1.json');
    const golden = Statement.parse(JSON.parse(readFileSync(new URL('../../fixtures/build-evidence.v1.json', import.meta.url), 'utf8')));
    expect(BuildEvidence.parse(golden.predicate)).toMatchObject({ values: { sbom: { components: 12 }, tests: { total: 11, failed: 3 } } });
  });

  it('gives the same bytes for the same inputs in any order, and other bytes for any other run', () => {
    const golden = canonicalize(buildEvidence(input, { clock: noClock }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...input.junit], { minLength: 2 }),
        fc.shuffledSubarray([...input.artifacts], { minLength: 2 }),
        fc.integer({ min: 1, max: 9 }),
        (junit, artifacts, attempt) => {
          const bytes = canonicalize(buildEvidence({ ...input, junit, artifacts, run: { ...input.run, attempt } }, { clock: noClock }));
          expect(bytes === golden).toBe(attempt === 1);
        },
      ),
    );
  });

  it('takes the span of all reports that state a time, and reads no clock then', () => {
    const { predicate } = buildEvidence(
      { ...input, observed: { from: '2020-01-01T00:00:00Z', until: '2020-01-01T00:00:00Z' } },
      { clock: noClock },
    );
    expect(predicate['observed']).toEqual({ from: '2026-11-21T08:32:12.807Z', until: '2026-11-21T13:04:58.021Z' });
  });

  it('takes the time a person states where no report does, and reads the clock once where nobody does', () => {
    const silent = { ...input, sbom: undefined, junit: [xml('<testsuite><testcase name="a"/></testsuite>')] };
    expect(
      buildEvidence({ ...silent, observed: { from: '2026-11-21T13:00:00+02:00', until: '2026-11-21T11:00:01Z' } }, { clock: noClock })
        .predicate['observed'],
    ).toEqual({
      from: '2026-11-21T11:00:00.000Z',
      until: '2026-11-21T11:00:01.000Z',
    });
    const clock = countingClock();
    expect(buildEvidence(silent, { clock }).predicate['observed']).toEqual({
      from: '2026-11-21T12:00:00.000Z',
      until: '2026-11-21T12:00:00.000Z',
    });
    expect(clock.readings).toBe(1);
  });

  it('records reports that were not given as absent, never as missing', () => {
    const { predicate } = buildEvidence({ ...input, sbom: undefined, junit: undefined }, { clock: countingClock() });
    expect(predicate).toMatchObject({ values: { sbom: { absent: 'SBOM_ABSENT' }, tests: { absent: 'TESTS_ABSENT' } }, samples: {} });
  });

  it('lists every fault of every input in one error', () => {
    const error = failure(() =>
      buildEvidence(
        {
          service: 'no spaces',
          releaseId: '',
          artifacts: [
            { name: '', sha256: `sha256:${digest('a')}` },
            { name: 'x', sha256: digest('b') },
            { name: 'y', sha256: digest('b') },
          ],
          sbom: xml('<html/>'),
          junit: [xml('<testsuite tests="2"><testcase name="a"/></testsuite>'), xml('<testsuite/>')],
          run: { provider: '', id: 'x', attempt: 0 },
          observed: { from: '2026-11-21T08:00:00', until: 'now' },
        },
        { clock: noClock },
      ),
    );
    expect(error).toMatchObject({ code: 'EVIDENCE_INVALID', status: 400, retryable: false });
    expect(error.faults.map((fault) => fault.path).sort()).toEqual(
      [
        '/artifacts/0/name',
        '/artifacts/0/sha256',
        '/artifacts/2/sha256',
        '/sbom',
        '/junit/0/testsuite/@tests',
        '/junit/1',
        '/observed/from',
        '/observed/until',
        '/predicate/service',
        '/predicate/releaseId',
        '/predicate/run/provider',
        '/predicate/run/attempt',
      ].sort(),
    );
  });

  it('keeps the code of the reader when one report alone is at fault', () => {
    expect(failure(() => buildEvidence({ ...input, junit: [xml('<testsuite/>')] }, { clock: noClock })).code).toBe('REPORT_EMPTY');
    expect(failure(() => buildEvidence({ ...input, junit: [] }, { clock: noClock })).code).toBe('REPORT_EMPTY');
    expect(failure(() => buildEvidence({ ...input, sbom: xml('<html/>') }, { clock: noClock })).code).toBe('REPORT_UNREADABLE');
    expect(failure(() => buildEvidence({ ...input, artifacts: [] }, { clock: noClock })).code).toBe('EVIDENCE_INVALID');
  });

  it('keeps the first 20 failures, each at most 256 characters, cut only after the scan', () => {
    const token = plantedSecrets.find(({ rule }) => rule === 'npm-token')?.secret ?? '';
    // The token lies across the cut: cut first, and half of it would be published.
    const names = Array.from({ length: 30 }, (_, index) => `${String(index).padStart(2, '0')} ${'x'.repeat(235)} ${token}`);
    const cases = names.map((name) => `<testcase name="${name}"><failure/></testcase>`).join('');
    const { predicate } = buildEvidence({ ...input, junit: [xml(`<testsuite>${cases}</testsuite>`)] }, { clock: noClock });
    const { failures } = BuildEvidence.parse(predicate).values.tests as { failures: string[] };
    expect(failures).toHaveLength(20);
    expect(failures.every((name) => name.length <= 256)).toBe(true);
    expect(JSON.stringify(predicate)).not.toContain(token.slice(0, 12));
    expect((predicate['redactions'] as unknown[]).length).toBe(20);
  });

  it('counts failures of one name once among the names and each among the numbers', () => {
    const { predicate } = buildEvidence(
      { ...input, junit: [xml('<testsuite><testcase name="a"><failure/></testcase><testcase name="a"><failure/></testcase></testsuite>')] },
      { clock: noClock },
    );
    expect(predicate).toMatchObject({ values: { tests: { failed: 2, failures: ['a'] } } });
  });

  it('lets no field through that is not on the list', () => {
    const extra = {
      ...input,
      token: 'x',
      run: { ...input.run, env: { HOME: '/root' } },
      artifacts: input.artifacts.map((artifact) => ({ ...artifact, path: '/secret/place' })),
    };
    expect(canonicalize(buildEvidence(extra, { clock: noClock }))).toBe(canonicalize(buildEvidence(input, { clock: noClock })));
  });

  it('refuses a text that JSON cannot say', () => {
    expect(
      failure(() => buildEvidence({ ...input, run: { ...input.run, id: 'a\ud800' } }, { clock: noClock })).faults.map(
        (fault) => fault.path,
      ),
    ).toContain('/predicate/run/id');
  });
});

describe('redaction before signing', () => {
  it.each(plantedSecrets)('keeps $what out of the statement and lists where it was', ({ text, secret, rule }) => {
    const name = attribute(text);
    const statement = buildEvidence(
      {
        ...input,
        artifacts: [{ name: text, sha256: digest('a') }],
        junit: [xml(`<testsuite><testcase name="${name}"><failure message="${name}">${name}</failure></testcase></testsuite>`)],
        run: { provider: 'github', id: `run ${text}`.slice(0, 250), attempt: 1 },
      },
      { clock: noClock },
    );
    expect(canonicalize(statement)).not.toContain(secret);
    expect(canonicalize(statement)).not.toContain(JSON.stringify(secret).slice(1, -1));
    const { redactions } = BuildEvidence.parse(statement.predicate);
    for (const path of ['/subject/0/name', '/predicate/values/tests/failures/0', '/predicate/run/id'])
      expect(redactions).toContainEqual({ path, rule });
  });

  it.each(['service', 'releaseId'] as const)(
    'refuses a secret as %s instead of changing what the evidence is about, and does not repeat it',
    (field) => {
      const { secret } = plantedSecrets.find(({ rule }) => rule === 'github-token') ?? { secret: '' };
      const error = failure(() => buildEvidence({ ...input, [field]: secret }, { clock: noClock }));
      expect(error.faults).toContainEqual(expect.objectContaining({ path: `/predicate/${field}`, code: 'secret_in_identity' }));
      expect(JSON.stringify([error.message, error.faults])).not.toContain(secret);
    },
  );

  it.each(plantedSecrets)('keeps $what out of errors that quote the input', ({ text, secret }) => {
    const bom = {
      name: `${text}.json`,
      bytes: Buffer.from(
        JSON.stringify({
          bomFormat: text,
          specVersion: text,
          metadata: { timestamp: text },
          components: [{ type: 'library', name: 'a', purl: text, version: [text], [text]: 1 }],
        }),
      ),
    };
    const junit = [xml(`<testsuite tests="${attribute(text)}" timestamp="${attribute(text)}"><testcase name="a"/></testsuite>`)];
    const error = failure(() =>
      buildEvidence(
        { ...input, artifacts: [{ name: 'x', sha256: text }], sbom: bom, junit, observed: { from: text, until: text } },
        { clock: noClock },
      ),
    );
    expect(error.faults.length).toBeGreaterThan(6);
    expect(JSON.stringify([error.message, error.faults, String(error.cause), error.stack])).not.toContain(secret);
  });
});
