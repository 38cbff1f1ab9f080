import { expect, it } from 'vitest';

it('the server half exports exactly these names', async () => {
  expect(Object.keys(await import('./server.ts')).sort()).toEqual([
    'createEvidenceReceiver',
    'evidenceBundleOf',
    'evidenceModule',
    'evidenceStream',
    'memoryEvidenceStore',
    'standingOf',
  ]);
  expect(Object.keys(await import('./server-postgres.ts')).sort()).toEqual([
    'evidenceChanges',
    'evidenceMigrations',
    'postgresEvidenceStore',
    'postgresRecordsByKey',
  ]);
});
