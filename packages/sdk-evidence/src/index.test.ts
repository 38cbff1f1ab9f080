import { expect, it } from 'vitest';
import * as evidence from './index.ts';
import * as spool from './spool.ts';

it('exports exactly these names: an addition or a removal is a decision', () => {
  expect(Object.keys(evidence).sort()).toEqual([
    'EvidenceError',
    'EvidenceReceipt',
    'buildEvidence',
    'buildStageEvidence',
    'createEvidenceEvents',
    'createPublisher',
    'evidenceMetrics',
    'parseSigned',
    'readCost',
    'readCycloneDx',
    'readJUnit',
    'redactText',
    'signEvidence',
    'tokenFromEnv',
    'tokenFromFile',
    'writeSigned',
  ]);
  expect(Object.keys(spool).sort()).toEqual(['openDirectorySpool', 'openSqliteSpool', 'publishOrSpool', 'replay']);
});
