import { describe, expect, it } from 'vitest';
import { isCodedError } from '@promotable/contracts';
import { parseMatrix } from './matrix.ts';

const run = { provider: 'github', id: '1187', attempt: 1 };
const digest = `sha256:${'a'.repeat(64)}`;

function faultsOf(document: unknown): string[] {
  try {
    parseMatrix(document);
  } catch (error) {
    if (isCodedError(error) && error.code === 'EVIDENCE_INVALID') return error.faults.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
  return [];
}

describe('a matrix', () => {
  it('says what stands at the top for every service that does not say otherwise', () => {
    const entries = parseMatrix({
      version: 1,
      releaseId: 'r1',
      tenant: 'acme',
      run,
      artifacts: { base: { file: 'base.tgz' }, image: { digest } },
      services: [
        { service: 'cart', artifacts: ['base', { file: 'cart.tgz', name: 'cart' }], reports: { sbom: 'bom.json', junit: ['a.xml'] } },
        { service: 'mailer', releaseId: 'r2', tenant: 'globex', artifacts: ['image'], run: { ...run, id: '7' } },
        { service: 'search', evidence: 'search.evidence.json' },
      ],
    });
    expect(entries).toEqual([
      {
        service: 'cart',
        releaseId: 'r1',
        source: {
          tenant: 'acme',
          artifacts: [
            { name: 'base', file: 'base.tgz' },
            { file: 'cart.tgz', name: 'cart' },
          ],
          reports: { sbom: 'bom.json', junit: ['a.xml'] },
          run,
          observed: undefined,
        },
      },
      {
        service: 'mailer',
        releaseId: 'r2',
        source: { tenant: 'globex', artifacts: [{ name: 'image', digest }], reports: {}, run: { ...run, id: '7' }, observed: undefined },
      },
      { service: 'search', releaseId: 'r1', source: { signed: 'search.evidence.json' } },
    ]);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', null, [' invalid_type']],
    ['another version', { version: 2, services: [{ service: 'a' }] }, ['/version invalid_value']],
    ['no service', { version: 1, services: [] }, ['/services too_small']],
    ['an unknown field', { version: 1, services: [{ service: 'a', releaseid: 'r' }] }, ['/services/0/releaseid unrecognized_key']],
    [
      'neither release nor run',
      { version: 1, services: [{ service: 'a' }] },
      ['/services/0/releaseId required', '/services/0/run required'],
    ],
    [
      'a release twice',
      { version: 1, run, releaseId: 'r', services: [{ service: 'a' }, { service: 'b' }, { service: 'a' }] },
      ['/services/2 duplicate'],
    ],
    [
      'an artifact that is not there, also under the name of a method',
      { version: 1, run, releaseId: 'r', services: [{ service: 'a', artifacts: ['base', 'toString'] }] },
      ['/services/0/artifacts/0 unknown', '/services/0/artifacts/1 unknown'],
    ],
    [
      'an artifact by file and by digest',
      { version: 1, run, releaseId: 'r', artifacts: { x: { file: 'x', digest }, y: {} }, services: [{ service: 'a' }] },
      ['/artifacts/x custom', '/artifacts/y custom'],
    ],
    [
      'signed evidence beside reports',
      { version: 1, run, releaseId: 'r', services: [{ service: 'a', evidence: 'a.json', reports: {} }] },
      ['/services/0 custom'],
    ],
    [
      'everything wrong at once',
      { version: 1, services: [{ service: 'a/b' }, { service: 'b', releaseId: '/', reports: { junit: [] } }] },
      ['/services/0/service invalid_format', '/services/1/releaseId invalid_format', '/services/1/reports/junit too_small'],
    ],
  ])('is refused with every fault and its path: %s', (_, document, faults) => {
    expect(faultsOf(document)).toEqual(faults);
  });
});
