import { CoverageValue } from '@promotable/contracts';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { readLcov, readLcovStream } from './lcov.ts';

const lcov = (...lines: string[]) => ({ name: 'lcov.info', bytes: Buffer.from(`${lines.join('\n')}\n`) });
const section = [
  'TN:',
  'SF:a.ts',
  'FN:1,run',
  'FNDA:2,run',
  'BRDA:1,0,0,1',
  'BRDA:1,0,1,-',
  'DA:1,2',
  'DA:2,0',
  'LF:2',
  'LH:1',
  'end_of_record',
];

function failure(run: () => unknown): EvidenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readLcov', () => {
  it('counts lines, functions and branches over all sections and files', () => {
    const other = section.map((line) => line.replace('a.ts', 'b.ts'));
    expect(CoverageValue.parse(readLcov([lcov(...section, ...other), lcov(...section)]).value)).toMatchObject({
      lines: { found: 6, hit: 3 },
      functions: { found: 3, hit: 3 },
      branches: { found: 6, hit: 3 },
    });
  });

  it('reads what lcov 2 writes, and lines with checksums', () => {
    const two = lcov(
      'SF:a.c',
      'VER:1',
      'FNL:0,1,5',
      'FNA:0,3,run',
      'FNL:1,7,9',
      'FNA:1,0,stop',
      'DA:1,1,abc==',
      'MCDC:1,2,t,1,0,x',
      'end_of_record',
    );
    expect(readLcov([two]).value).toMatchObject({ lines: { found: 1, hit: 1 }, functions: { found: 2, hit: 1 } });
  });

  it('states what was not measured as absent', () => {
    expect(readLcov([lcov('SF:a.ts', 'DA:1,1', 'BRF:0', 'BRH:0', 'end_of_record')]).value).toMatchObject({
      functions: { absent: 'NOT_MEASURED' },
      branches: { absent: 'NOT_MEASURED' },
    });
  });

  it('counts a line once, hit if any record of it was', () => {
    expect(readLcov([lcov('SF:a.ts', 'DA:1,0', 'DA:1,3', 'end_of_record')]).value.lines).toEqual({ found: 1, hit: 1 });
  });

  it('tells of a source that has two sections', () => {
    expect(readLcov([lcov(...section, ...section)]).warnings).toMatchObject([{ path: '/0/line/13', code: 'counted_twice' }]);
  });

  it('gives the same for a stream that is cut anywhere', async () => {
    const { bytes } = lcov(...section.map((line) => line.replace('a.ts', 'ä.ts')));
    const bytewise = Readable.from([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(await readLcovStream([{ name: 'lcov.info', stream: bytewise }])).toEqual(readLcov([{ name: 'lcov.info', bytes }]));
  });

  it.each([
    ['a sum of lines that the lines deny', ['SF:a', 'DA:1,0', 'LF:1', 'LH:1', 'end_of_record'], ['/0/line/5', 'contradiction']],
    ['more functions hit than found', ['SF:a', 'DA:1,0', 'FNF:1', 'FNH:2', 'end_of_record'], ['/0/line/5', 'contradiction']],
    ['a count that is none', ['SF:a', 'DA:1,often', 'end_of_record'], ['/0/line/2', 'invalid_count']],
    ['a negative count', ['SF:a', 'DA:1,-4', 'end_of_record'], ['/0/line/2', 'invalid_count']],
    ['a line that is none', ['SF:a', 'DA:x,1', 'DA:1,1', 'end_of_record'], ['/0/line/2', 'invalid_line']],
    ['a cut file', ['SF:a', 'DA:1,1'], ['/0/line/3', 'truncated']],
    ['a section within a section', ['SF:a', 'DA:1,1', 'SF:b', 'DA:1,1', 'end_of_record'], ['/0/line/3', 'truncated']],
    ['a record outside of sections', ['TN:', 'DA:1,1', 'SF:a', 'DA:1,1', 'end_of_record'], ['/0/line/2', 'outside_section']],
    ['a line of log', ['SF:a', 'DA:1,1', 'npm notice', 'end_of_record'], ['/0/line/3', 'syntax']],
  ])('refuses %s', (_, lines, expected) => {
    const error = failure(() => readLcov([lcov(...lines)]));
    expect(error.code).toBe('REPORT_UNREADABLE');
    expect(error.faults.map(({ path, code }) => [path, code])).toContainEqual(expected);
  });

  it.each([
    ['HTML', '<!doctype html>', 'REPORT_UNREADABLE'],
    ['nothing', ' \n', 'REPORT_UNREADABLE'],
    ['sections without a line', 'SF:a\nend_of_record', 'REPORT_EMPTY'],
    ['a test name alone', 'TN:', 'REPORT_EMPTY'],
  ])('refuses %s', (_, text, code) => {
    expect(failure(() => readLcov([{ name: 'x', bytes: Buffer.from(text) }])).code).toBe(code);
  });

  it('refuses no file, and a line without end', () => {
    expect(failure(() => readLcov([])).code).toBe('REPORT_EMPTY');
    expect(failure(() => readLcov([lcov(`SF:${'x'.repeat(2_000_000)}`)])).code).toBe('REPORT_TOO_LARGE');
  });
});
