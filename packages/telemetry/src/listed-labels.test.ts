import { expect, it } from 'vitest';
import { listedLabels } from './listed-labels.ts';

it('shows listed words as they are and every other one as other', () => {
  const labelOf = listedLabels(['production', 'none']);
  expect(['production', 'acme-secret', 'none', '__proto__'].map(labelOf)).toEqual(['production', 'other', 'none', 'other']);
});
