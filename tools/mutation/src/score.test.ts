import { expect, test } from 'vitest';
import { type Mutant, scoreOf } from './score.ts';

const mutant = (status: string): Mutant => ({
  mutatorName: 'ConditionalExpression',
  replacement: 'if (true) {\n}',
  status,
  location: { start: { line: 3, column: 7 } },
});

test('found are killed and timed out, missed are survivors and what no test reaches; the rest counts for nothing', () => {
  const statuses = ['Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'CompileError', 'Ignored', 'RuntimeError'];
  const { percent, found, missed, survivors } = scoreOf({ files: { 'a.ts': { mutants: statuses.map(mutant) } } });
  expect({ percent, found, missed }).toEqual({ percent: 60, found: 3, missed: 2 });
  expect(survivors).toEqual(Array(2).fill('a.ts:3:7 ConditionalExpression → if (true) { }'));
});

test('a run that planted nothing has the score 0, so it never looks good', () => {
  expect(scoreOf({ files: {} }).percent).toBe(0);
});
