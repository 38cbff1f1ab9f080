import { ProvenanceValue } from '@promotable/contracts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { readProvenance } from './provenance.ts';

const file = (name: string) => ({ name, bytes: readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url)) });
const text = (content: string) => ({ name: 'provenance.json', bytes: Buffer.from(content) });
const artifacts = ['a'.repeat(64)];
const statement = JSON.parse(file('github.provenance.json').bytes.toString('utf8')) as Record<string, unknown> & { predicate: object };
const bundle = file('github.provenance.sigstore.json').bytes.toString('utf8');

function failure(run: () => unknown): EvidenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readProvenance', () => {
  it.each(['github.provenance.json', 'github.provenance.sigstore.json'])('reads %s', (name) => {
    expect(ProvenanceValue.parse(readProvenance(file(name), { artifacts }).value)).toMatchObject({
      builderId: 'https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main',
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      sourceUri: 'git+https://github.com/example/shop@refs/heads/main',
      sourceDigest: 'gitCommit:0123456789abcdef0123456789abcdef01234567',
    });
  });

  it('finds the one provenance among lines of envelopes, and its times', () => {
    const other = JSON.stringify({ ...statement, predicateType: 'https://spdx.dev/Document/v2.3' });
    const timed = structuredClone(statement) as { predicate: { runDetails: { metadata: object } } };
    timed.predicate.runDetails.metadata = { startedOn: '2026-11-21T10:00:00Z', finishedOn: '2026-11-21T10:05:00Z' };
    expect(readProvenance(text(`${other}\n${JSON.stringify(timed)}\n`)).observed).toEqual({
      from: Date.parse('2026-11-21T10:00:00Z'),
      until: Date.parse('2026-11-21T10:05:00Z'),
    });
    expect(failure(() => readProvenance(text(`${bundle}\n${bundle}\n`))).faults).toMatchObject([{ code: 'several' }]);
  });

  it('takes source and commit from the parameters where no dependency names them, and states when nothing does', () => {
    const withDefinition = (definition: object) =>
      readProvenance(
        text(JSON.stringify({ ...statement, predicate: { ...statement.predicate, buildDefinition: { buildType: 't', ...definition } } })),
      ).value;
    expect(withDefinition({ externalParameters: { source: { uri: 'git+https://x', digest: { sha1: 'ab' } } } })).toMatchObject({
      sourceUri: 'git+https://x',
      sourceDigest: 'sha1:ab',
    });
    expect(withDefinition({})).toMatchObject({ sourceUri: { absent: 'NOT_STATED' }, sourceDigest: { absent: 'NOT_STATED' } });
  });

  it('refuses the provenance of something else', () => {
    const { faults } = failure(() => readProvenance(file('github.provenance.json'), { artifacts: [...artifacts, 'b'.repeat(64)] }));
    expect(faults).toMatchObject([{ path: '/subject', code: 'subject_mismatch' }]);
  });

  it.each([
    ['another predicate', JSON.stringify({ ...statement, predicateType: 'https://slsa.dev/provenance/v0.2' }), 'wrong_format'],
    ['no statement', '{"a":1}', 'wrong_format'],
    ['a payload that is not base64', '{"payload":"é"}', 'encoding'],
    ['a payload that is no text', `{"payload":"${Buffer.from([0xff]).toString('base64')}"}`, 'encoding'],
    [
      'a name given twice within the payload',
      JSON.stringify({ payload: Buffer.from('{"_type":1,"_type":2}').toString('base64') }),
      'duplicate_name',
    ],
    ['cut JSON', '{"_type":', 'syntax'],
    ['no builder', JSON.stringify({ ...statement, predicate: {} }), 'required'],
  ])('refuses %s', (_, content, code) => {
    expect(failure(() => readProvenance(text(content))).faults.map((fault) => fault.code)).toContain(code);
  });
});
