import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it('the error table of the README names exactly the codes there are', () => {
  const union = read('./server-kit-error.ts').split('export type ServerKitErrorCode =')[1]?.split(';')[0] ?? '';
  const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
  const table = read('../README.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  expect([...table.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code]) => code).sort()).toEqual(codes.sort());
});
