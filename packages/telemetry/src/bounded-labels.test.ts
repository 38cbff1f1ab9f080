import { expect, it } from 'vitest';
import { boundedLabels } from './bounded-labels.ts';

it('keeps the first values as they are, however often they come, and calls the rest other', () => {
  const labelOf = boundedLabels(2);
  expect(['staging', 'production', 'x', 'staging', 'y', 'production'].map(labelOf)).toEqual([
    'staging',
    'production',
    'other',
    'staging',
    'other',
    'production',
  ]);
});
