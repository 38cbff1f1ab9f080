import { expect, test } from 'vitest';
import { codeBlocks, commandsOf } from './blocks.ts';
import { exportedNames, moduleOf } from './prelude.ts';

const fence = '```';

test('code is found with its line, data is left alone', () => {
  const markdown = ['# A', `${fence}ts`, 'const a = 1;', fence, fence, 'output', fence, `${fence}sh`, 'mc --help', fence].join('\n');
  expect(codeBlocks(markdown)).toEqual([
    { language: 'ts', text: 'const a = 1;\n', line: 3, notRun: null },
    { language: 'sh', text: 'mc --help\n', line: 9, notRun: null },
  ]);
});

test('a block is left out for a stated reason only, and a language that nobody runs is a fault', () => {
  const excused = (reason: string): string => [`<!-- not run: ${reason} -->`, '', `${fence}sh`, 'npm start', fence].join('\n');
  expect(codeBlocks(excused('the story is run by its own test'))[0]?.notRun).toBe('the story is run by its own test');
  expect(() => codeBlocks(excused('later'))).toThrow('say why');
  expect(() => codeBlocks(`${fence}js\nx\n${fence}`)).toThrow('not js');
  expect(() => codeBlocks(`${fence}ts\nx`)).toThrow('does not end');
});

test('what a snippet uses and does not declare comes from its fixture, and the snippet stays as it is', () => {
  const fixture = exportedNames(
    `export const pool = 1, clock = 2;\nexport { a } from './b.ts';\nexport function stop() {}\nconst own = 3;`,
  );
  expect(fixture).toEqual(['pool', 'clock', 'a', 'stop']);
  const snippet = `import { x } from 'x';\nconst clock = x(pool);\n`;
  expect(moduleOf(snippet, fixture)).toBe(`import { pool } from './fixture.ts';\n${snippet}`);
  expect(moduleOf('const b = 1;\n', fixture)).toBe('export {};\nconst b = 1;\n');
});

test('commands are the lines of a shell block, comments left out and continued lines joined', () => {
  expect(commandsOf('# first\nmc try \\\n  --sbom bom.json\n\nmc ledger verify # whole\n')).toEqual([
    'mc try --sbom bom.json',
    'mc ledger verify # whole',
  ]);
});
