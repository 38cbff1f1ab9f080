import { canonicalize } from '@promotable/attest';
import { BuildEvidence } from '@promotable/contracts';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reportFile } from '../readers/report-document.ts';
import { buildEvidence, buildEvidenceFromStreams } from './build-evidence.ts';
import type { BuildEvidenceInput } from './build-input.ts';
import { countingClock, digest, failure, noClock, report, xml, sampleBuild as input } from './sample-build.ts';

describe('buildEvidence of every kind of report', () => {
  const everything = {
    ...input,
    artifacts: [{ name: 'shop-1.4.2.tgz', sha256: digest('a') }],
    sbom: report('npm-11.spdx.json'),
    junit: [report('node-24.junit.xml')],
    coverage: [report('node-24.lcov.info'), report('vitest-5.lcov.info')],
    scan: [report('grype-0.120.json')],
    vex: [report('shop.openvex.json')],
    provenance: report('github.provenance.json'),
  } as const satisfies BuildEvidenceInput;

  it('gives the bytes of the golden file', async () => {
    const statement = buildEvidence(everything, { clock: noClock });
    await expect(canonicalize(statement)).toMatchFileSnapshot('../../fixtures/build-evidence.full.v1.json');
    expect(BuildEvidence.parse(statement.predicate)).toMatchObject({
      samples: { sbom: 6, tests: 5, coverage: 453, scan: 5 },
      values: { scan: { counts: { critical: 0, high: 1 }, notAffected: 2 }, provenance: { format: 'slsa-provenance-v1' } },
    });
  });

  it('gives the same bytes for the same reports read as streams', async () => {
    const stream = ({ name }: { readonly name: string }) =>
      reportFile(fileURLToPath(new URL(`../../fixtures/reports/${name}`, import.meta.url)));
    const streams = {
      ...everything,
      sbom: stream(everything.sbom),
      junit: everything.junit.map(stream),
      coverage: everything.coverage.map(stream),
      scan: everything.scan.map(stream),
      vex: everything.vex.map(stream),
      provenance: stream(everything.provenance),
    };
    expect(await buildEvidenceFromStreams(streams, { clock: noClock })).toEqual(buildEvidence(everything, { clock: noClock }));
    await expect(buildEvidenceFromStreams({ ...streams, scan: [reportFile('/nowhere')] }, { clock: noClock })).rejects.toMatchObject({
      code: 'ENOENT',
    });
    await expect(buildEvidenceFromStreams({ ...streams, coverage: [stream(everything.sbom)] }, { clock: noClock })).rejects.toMatchObject({
      faults: [{ path: '/coverage/0', code: 'wrong_format' }],
    });
  });

  it('speaks of what is given alone where neither bill nor tests are, and where it is told to', () => {
    const { sbom: _, junit: __, ...rest } = everything;
    const items = (given: BuildEvidenceInput) =>
      Object.keys(buildEvidence(given, { clock: countingClock() }).predicate['values'] as object).sort();
    expect(items(rest)).toEqual(['coverage', 'provenance', 'scan']);
    expect(items({ ...rest, partial: false })).toEqual(['coverage', 'provenance', 'sbom', 'scan', 'tests']);
    expect(items({ ...input, junit: undefined, partial: true })).toEqual(['sbom']);
    expect(items({ ...input, sbom: undefined, junit: undefined })).toEqual(['sbom', 'tests']);
    expect(failure(() => items({ ...input, sbom: undefined, junit: undefined, partial: true })).faults).toMatchObject([
      { path: '/predicate/values' },
    ]);
  });

  it('tells warnings of every report by its path', () => {
    const warnings: string[] = [];
    const twice = { name: 'bom', bytes: Buffer.from('{"spdxVersion":"SPDX-2.4","packages":[{"name":"a"},{"name":"a"}]}') };
    buildEvidence({ ...everything, sbom: twice }, { clock: noClock, onWarning: ({ path, code }) => warnings.push(`${path} ${code}`) });
    expect(warnings).toEqual(['/sbom/packages/1 duplicate_component', '/sbom/spdxVersion unknown_version']);
  });

  it('refuses an item that is much older than what stands beside it, and takes any by itself', () => {
    const grype = (timestamp: string) => ({
      name: 'grype.json',
      bytes: Buffer.from(JSON.stringify({ matches: [], descriptor: { name: 'grype', timestamp } })),
    });
    const junit = (timestamp: string) => xml(`<testsuite timestamp="${timestamp}"><testcase name="a"/></testsuite>`);
    const bill = (timestamp: string) => ({
      name: 'bom.json',
      bytes: Buffer.from(
        JSON.stringify({
          bomFormat: 'CycloneDX',
          specVersion: '1.6',
          metadata: { timestamp },
          components: [{ type: 'library', name: 'a' }],
        }),
      ),
    });
    const noon = '2026-11-21T12:00:00Z';
    const build = (given: Partial<BuildEvidenceInput>) =>
      BuildEvidence.parse(buildEvidence({ ...input, sbom: undefined, junit: undefined, ...given }, { clock: noClock }).predicate).observed;
    const refused = (given: Partial<BuildEvidenceInput>) => failure(() => build(given)).faults.map(({ path, code }) => `${path} ${code}`);

    expect(build({ junit: [junit(noon)], scan: [grype('2026-11-21T11:00:00Z')] }).until).toBe('2026-11-21T12:00:00.000Z');
    expect(refused({ junit: [junit(noon)], scan: [grype('2026-11-21T10:59:59Z')] })).toEqual(['/scan scan_of_another_time']);
    // A scan that took hours knows what was known at its end.
    const invocations = ['2026-11-21T09:00:00Z', noon].map((endTimeUtc) => ({ endTimeUtc }));
    const long = { version: '2.1.0', runs: [{ tool: { driver: { name: 'Check' } }, results: [], invocations }] };
    const sarif = { name: 'long.sarif', bytes: Buffer.from(JSON.stringify(long)) };
    expect(build({ junit: [junit(noon)], scan: [sarif] }).from).toBe('2026-11-21T09:00:00.000Z');
    expect(build({ scan: [grype('2026-11-01T00:00:00Z')] }).until).toBe('2026-11-01T00:00:00.000Z');
    // A nightly scan does not make the results of the build's tests fresh again.
    expect(build({ junit: [junit('2026-11-14T12:00:00Z')], scan: [grype(noon)] }).from).toBe('2026-11-14T12:00:00.000Z');
    expect(refused({ sbom: bill('2026-11-14T11:59:59Z'), junit: [junit('2026-11-14T11:59:59Z')], scan: [grype(noon)] })).toEqual([
      '/sbom sbom_of_another_time',
      '/junit tests_of_another_time',
    ]);
    expect(refused({ junit: [junit('2026-08-01T00:00:00Z'), junit(noon)] })).toEqual(['/junit tests_of_another_time']);
    expect(build({ junit: [junit('2026-08-01T00:00:00Z')] }).until).toBe('2026-08-01T00:00:00.000Z');
  });

  it('refuses VEX without a scan, and the provenance of something else', () => {
    const { scan: _, ...bare } = everything;
    expect(failure(() => buildEvidence(bare, { clock: noClock })).faults).toMatchObject([{ path: '/scan', code: 'no_report' }]);
    const other = { ...everything, artifacts: [{ name: 'x', sha256: digest('c') }] };
    expect(failure(() => buildEvidence(other, { clock: noClock })).faults).toMatchObject([
      { path: '/provenance/subject', code: 'subject_mismatch' },
    ]);
  });

  it('keeps the package of a finding whose version looks like an address', () => {
    const purl = 'pkg:maven/org.springframework/spring-core@5.2.0.RELEASE';
    const found = { vulnerability: { id: 'CVE-2022-22965', severity: 'Critical' }, artifact: { purl } };
    const scan = [{ name: 'grype.json', bytes: Buffer.from(JSON.stringify({ matches: [found], descriptor: { name: 'grype' } })) }];
    const { predicate } = buildEvidence({ ...input, scan }, { clock: noClock });
    expect(predicate).toMatchObject({ values: { scan: { findings: [{ purl }] } }, redactions: [] });
  });

  it('holds back what no report says: a bill beside the tests, as streams too', async () => {
    const { sbom, junit, coverage, vex: _, scan: __, provenance: ___, ...rest } = everything;
    const items = (given: Partial<BuildEvidenceInput>) =>
      Object.keys(buildEvidence({ ...rest, ...given }, { clock: countingClock() }).predicate['values'] as object).sort();
    expect(items({ junit, coverage })).toEqual(['coverage', 'sbom', 'tests']);
    expect(items({ sbom, coverage })).toEqual(['coverage', 'sbom', 'tests']);
    expect(items({ coverage })).toEqual(['coverage']);
    expect((await buildEvidenceFromStreams(rest, { clock: countingClock() })).predicate['values']).toEqual({
      sbom: { absent: 'SBOM_ABSENT' },
      tests: { absent: 'TESTS_ABSENT' },
    });
  });

  it('as streams refuses VEX without a scan, and the provenance of something else', async () => {
    const stream = ({ name }: { readonly name: string }) =>
      reportFile(fileURLToPath(new URL(`../../fixtures/reports/${name}`, import.meta.url)));
    const { service, releaseId, run } = everything;
    const bare = { service, releaseId, run, artifacts: [{ name: 'x', sha256: digest('c') }] };
    await expect(buildEvidenceFromStreams({ ...bare, vex: everything.vex.map(stream) }, { clock: noClock })).rejects.toMatchObject({
      faults: [{ path: '/scan', code: 'no_report' }],
    });
    await expect(
      buildEvidenceFromStreams({ ...bare, provenance: stream(everything.provenance) }, { clock: noClock }),
    ).rejects.toMatchObject({ faults: [{ path: '/provenance/subject', code: 'subject_mismatch' }] });
  });

  it('reads a time without a zone in the zone that a person states, and else refuses it', async () => {
    const name = 'junit.xml';
    const bytes = Buffer.from('<testsuite timestamp="2026-11-21T12:00:00"><testcase name="a"/></testsuite>');
    const given = { ...input, sbom: undefined };
    const stated = { clock: noClock, assumeOffset: '+02:00' };
    const memory = buildEvidence({ ...given, junit: [{ name, bytes }] }, stated);
    expect(memory.predicate['observed']).toMatchObject({ from: '2026-11-21T10:00:00.000Z' });
    const chunks = async function* () {
      yield bytes;
    };
    expect(await buildEvidenceFromStreams({ ...given, junit: [{ name, stream: chunks() }] }, stated)).toEqual(memory);
    expect(failure(() => buildEvidence({ ...given, junit: [{ name, bytes }] }, { clock: noClock })).faults).toMatchObject([
      { code: 'naive_time' },
    ]);
  });

  it('reads no clock for what is at fault anyway, and takes the code of a reader only where nothing else is at fault', () => {
    const silent = { ...input, sbom: undefined, junit: [xml('<testsuite/>')] };
    const code = (given: BuildEvidenceInput) => failure(() => buildEvidence(given, { clock: noClock })).code;
    expect(code(silent)).toBe('REPORT_EMPTY');
    expect(code({ ...silent, artifacts: [] })).toBe('EVIDENCE_INVALID');
    expect(code({ ...silent, sbom: xml('<html/>') })).toBe('EVIDENCE_INVALID');
    expect(code({ ...silent, junit: undefined, observed: { from: 'now', until: 'now' } })).toBe('EVIDENCE_INVALID');
    expect(failure(() => buildEvidence({ ...silent, artifacts: 'a.tgz' as never }, { clock: noClock })).faults).toContainEqual(
      expect.objectContaining({ path: '/artifacts' }),
    );
    expect(failure(() => buildEvidence({ ...input, artifacts: [] }, { clock: noClock })).message).toMatch(
      /^evidence: \/artifacts at least /,
    );
  });

  it('says by how much an item is older than the newest report beside it', () => {
    const junit = (timestamp: string) => xml(`<testsuite timestamp="${timestamp}"><testcase name="a"/></testsuite>`);
    const scan = (timestamp: string) => [
      { name: 'grype.json', bytes: Buffer.from(JSON.stringify({ matches: [], descriptor: { name: 'grype', timestamp } })) },
    ];
    const message = (timestamp: string) =>
      failure(() =>
        buildEvidence({ ...input, sbom: undefined, junit: [junit('2026-11-21T12:00:00Z')], scan: scan(timestamp) }, { clock: noClock }),
      ).faults.map((fault) => fault.message);
    const rest = 'older than the newest report beside it; build it as evidence of its own';
    expect(message('2026-11-21T10:58:59Z')).toEqual([`is 61 minutes ${rest}`]);
    expect(message('2026-11-19T12:00:01Z')).toEqual([`is 2879 minutes ${rest}`]);
    expect(message('2026-11-19T12:00:00Z')).toEqual([`is 2 days ${rest}`]);
  });

  it('needs nobody who listens to warnings', () => {
    const twice = { name: 'bom', bytes: Buffer.from('{"spdxVersion":"SPDX-2.3","packages":[{"name":"a"},{"name":"a"}]}') };
    expect(buildEvidence({ ...everything, sbom: twice }, { clock: noClock }).predicate).toMatchObject({
      values: { sbom: { components: 1 } },
    });
  });
});
