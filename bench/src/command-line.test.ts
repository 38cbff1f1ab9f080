import { describe, expect, it } from 'vitest';
import { parseCommand, usage } from './command-line.ts';
import { rows } from './rows/catalogue.ts';
import { selectRows } from './select-rows.ts';

describe('the command line', () => {
  it.each([
    [[], { type: 'quick', only: [], json: false }],
    [['full', '--json'], { type: 'full', only: [], json: true }],
    [['selftest'], { type: 'selftest', only: [], json: false }],
    [
      ['--row', 'a', '--row', 'b', '--rounds', '7', '--slice', '50'],
      { type: 'quick', only: ['a', 'b'], json: false, rounds: 7, sliceMs: 50 },
    ],
    [['--list'], { type: 'list', only: [], json: false }],
    [['report', 'result.json'], { type: 'report', file: 'result.json' }],
    [['--help'], { type: 'help' }],
  ])('%j is %j', (argv, command) => {
    expect(parseCommand(argv)).toEqual(command);
  });

  it.each([
    [['fast']],
    [['quick', 'full']],
    [['--fast']],
    [['--rounds', '0']],
    [['--rounds', '1.5']],
    [['--slice', '5']],
    [['report']],
    [['report', 'a', 'b']],
  ])('%j is wrong usage', (argv) => {
    expect(() => parseCommand(argv)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });

  it('names in its help every word it knows', () => {
    for (const word of ['quick', 'full', 'selftest', 'report', '--row', '--json', '--list', '--rounds', '--slice', '--help'])
      expect(usage).toContain(word);
  });
});

describe('the rows', () => {
  it('have names of their own', () => {
    const names = rows.flatMap((row) => row.comparisons.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  it('are chosen by set, by name, or by the name of a comparison', () => {
    expect(selectRows(rows, 'full', [])).toEqual(rows);
    expect(selectRows(rows, 'quick', []).every(({ set }) => set === 'quick')).toBe(true);
    expect(selectRows(rows, 'quick', ['policy-opa']).map(({ name }) => name)).toEqual(['policy-opa']);
    expect(selectRows(rows, 'quick', ['canonical-json-vs-stringify'])).toMatchObject([
      { name: 'canonical-json', comparisons: [{ name: 'canonical-json-vs-stringify' }] },
    ]);
    expect(() => selectRows(rows, 'quick', ['nothing'])).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });
});
