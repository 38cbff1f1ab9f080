// A row of the threat model without a test that exists is a promise nobody keeps.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const documents = join(import.meta.dirname, '../../docs');
const text = readFileSync(join(documents, 'threat-model.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => /^\| [STRIDE]\d+ /.test(line))
  .map((line) => ({ id: line.slice(2, line.indexOf(' ', 2)), tests: [...line.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)] }));

describe('the threat model', () => {
  test('has rows for each letter of STRIDE, each with its own id', () => {
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids.map((id) => id[0]))).toEqual(new Set('STRIDE'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(rows.map(({ id, tests }) => [id, tests] as const))('%s names tests that exist under these very titles', (_id, tests) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const [, title = '', path = ''] of tests) {
      const file = join(documents, path);
      expect(existsSync(file), path).toBe(true);
      expect(readFileSync(file, 'utf8').replaceAll("\\'", "'"), title).toContain(title);
    }
  });
});
