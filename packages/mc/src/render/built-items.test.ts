import type { BuildEvidence } from '@promotable/contracts';
import { expect, it } from 'vitest';
import { builtItems } from './built-items.ts';

it('names each item that a record speaks of, with what was counted, and what it states as absent', () => {
  const values = { sbom: {}, tests: { absent: 'TESTS_ABSENT' }, scan: {}, provenance: {} } as unknown as BuildEvidence['values'];
  expect(builtItems({ values, samples: { sbom: 118, scan: 0 } })).toBe(
    'sbom (118 components), tests absent, scan (0 findings), provenance',
  );
  expect(builtItems({ values: { scan: {} } as unknown as BuildEvidence['values'], samples: {} })).toBe('scan');
});
