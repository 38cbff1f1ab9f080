import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { randomHex } from './random-hex.ts';

it('gives ids of the size asked for, none twice, also where one lot of bytes ends', () => {
  const random = randomHex(randomBytes);
  const ids = Array.from({ length: 2000 }, (_, index) => random(index % 2 === 0 ? 16 : 8));
  expect(ids.every((id, index) => /^[0-9a-f]+$/.test(id) && id.length === (index % 2 === 0 ? 32 : 16))).toBe(true);
  expect(new Set(ids).size).toBe(2000);
});
