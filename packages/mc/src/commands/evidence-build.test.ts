import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, sha256Hex } from '@promotable/attest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runMc } from '../program.ts';

let folder: string;

const grype = {
  matches: [
    {
      vulnerability: { id: 'GHSA-aaaa-bbbb-cccc', severity: 'Critical', fix: { versions: ['1.0.1'] } },
      relatedVulnerabilities: [{ id: 'CVE-2026-1' }],
      artifact: { purl: 'pkg:npm/left@1.0.0' },
    },
    {
      vulnerability: { id: 'CVE-2026-2', severity: 'Low', fix: {} },
      relatedVulnerabilities: [],
      artifact: { purl: 'pkg:npm/right@2.0.0' },
    },
  ],
  ignoredMatches: [{}],
  descriptor: { name: 'grype', version: '0.110.0', timestamp: '2026-11-21T10:00:05Z', db: { built: '2026-11-20T00:00:00Z' } },
};
const vex = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex/1',
  author: 'security',
  timestamp: '2026-11-21T09:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1' },
      products: [{ '@id': 'pkg:npm/left@1.0.0' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    },
  ],
};
const provenance = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'app.tgz', digest: { sha256: sha256Hex('bytes') } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: { buildType: 'https://actions.github.io/buildtypes/workflow/v1', externalParameters: {} },
    runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-build-'));
  await Promise.all(
    Object.entries({
      'bom.json': JSON.stringify({
        spdxVersion: 'SPDX-2.3',
        packages: ['left', 'right', 'left'].map((name) => ({ SPDXID: `SPDXRef-${name}`, name, versionInfo: '1.0.0' })),
      }),
      'junit.xml': '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>',
      'lcov.info': 'TN:\nSF:a.ts\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n',
      'grype.json': JSON.stringify(grype),
      'stale.json': JSON.stringify({ ...grype, descriptor: { ...grype.descriptor, timestamp: '2026-11-01T00:00:00Z' } }),
      'vex.json': JSON.stringify(vex),
      'provenance.json': JSON.stringify(provenance),
      'timed.xml': '<testsuite timestamp="2026-11-21T10:00:00Z"><testcase name="a"/></testsuite>',
      'app.tgz': 'bytes',
      'key.pem': generateSigningKey('ecdsa-p256').privateKeyPem,
    }).map(([name, text]) => writeFile(join(folder, name), text)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function build(line: string) {
  const io = capturedIo({
    cwd: folder,
    env: {},
    clock: { now: () => Date.parse('2026-11-22T00:00:00Z'), monotonic: () => performance.now() },
  });
  const words = `evidence build --service checkout --release A --artifact app.tgz --run 7 --key key.pem ${line}`.split(' ');
  return { code: await runMc(words, io), out: io.out(), err: io.err() };
}

/** What was signed into a file. */
async function predicateIn(file: string): Promise<Record<string, unknown>> {
  const { dsseEnvelope } = JSON.parse(await readFile(join(folder, file), 'utf8')) as { dsseEnvelope: { payload: string } };
  return (JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8')) as { predicate: Record<string, unknown> }).predicate;
}

describe('mc evidence build', () => {
  it('reads every report of a build into one signed record, and tells what is odd about them', async () => {
    const { code, out, err } = await build(
      '--sbom bom.json --junit junit.xml --coverage lcov.info --scan grype.json --vex vex.json --provenance provenance.json --out all.json --json',
    );
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      {
        samples: { sbom: 2, tests: 2, coverage: 2, scan: 1 },
        warnings: [
          { path: '/sbom/packages/2', code: 'duplicate_component' },
          { path: '/scan/0/ignoredMatches', code: 'ignored_by_scanner' },
        ],
      },
    ]);
    expect(err).toContain('mc: warning: /sbom/packages/2: ');
    expect(await predicateIn('all.json')).toMatchObject({
      observed: { until: '2026-11-21T10:00:05.000Z' },
      values: {
        sbom: { format: 'spdx', components: 2 },
        coverage: { lines: { found: 2, hit: 1 }, branches: { absent: 'NOT_MEASURED' } },
        scan: {
          format: 'grype',
          databaseBuiltAt: '2026-11-20T00:00:00.000Z',
          counts: { critical: 0, low: 1 },
          notAffected: 1,
          findings: [{ id: 'CVE-2026-2', purl: 'pkg:npm/right@2.0.0', severity: 'low', fixedIn: [] }],
        },
        provenance: { builderId: 'https://github.com/actions/runner/github-hosted' },
      },
    });
  });

  it('speaks only of the scan where the scan alone is given, so that what other jobs said still counts', async () => {
    expect((await build('--scan stale.json --out scan.json')).code).toBe(0);
    const { values, observed } = (await predicateIn('scan.json')) as { values: object; observed: object };
    expect([Object.keys(values), observed]).toMatchObject([['scan'], { until: '2026-11-01T00:00:00.000Z' }]);
  });

  it('refuses a scan that is much older than the tests beside it: it would look as fresh as they are', async () => {
    const { code, out } = await build('--junit timed.xml --scan stale.json --out mixed.json --json');
    expect([code, JSON.parse(out).error.faults]).toMatchObject([2, [{ path: '/scan', code: 'scan_of_another_time' }]]);
  });

  it('names the file that cannot be read', async () => {
    const { code, err } = await build('--scan nowhere.json --out none.json');
    expect([code, err]).toEqual([2, 'mc: FILE_UNREADABLE: Cannot read the result of the scan at nowhere.json: ENOENT.\n']);
  });
});
