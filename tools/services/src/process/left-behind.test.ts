import { expect, test } from 'vitest';
import { leftBehind, type ProcessEntry } from './left-behind.ts';

function entry(pid: number, parent: number, command: string, directory = '/tmp'): ProcessEntry {
  return { pid, parent, command, environment: ['HOME=/', `TMPDIR=${directory}`] };
}

test('every process with the TMPDIR of the run is found, and all below it, whatever their own environment', () => {
  const processes = [
    entry(2, 1, 'worker', '/tmp/run'),
    entry(3, 2, 'child without the variable'),
    entry(4, 3, 'grandchild'),
    entry(5, 1, 'orphan', '/tmp/run'),
    entry(6, 1, 'process of another run', '/tmp/run2'),
    entry(7, 6, 'its child', '/tmp/run2/x'),
  ];
  expect(leftBehind(processes, '/tmp/run')).toEqual([2, 3, 4, 5]);
});

test('a supervisor and what it runs are left alone: they end in order', () => {
  const processes = [
    entry(2, 1, 'worker', '/tmp/run'),
    entry(3, 2, 'node\0/x/process/supervisor.ts\0[]'),
    entry(4, 3, 'postgres'),
    entry(5, 2, 'node\0/x/process/run-guard.program.ts\0/tmp/run/inner'),
  ];
  expect(leftBehind(processes, '/tmp/run')).toEqual([2]);
});

test('processes that name each other as parents do not hold it up', () => {
  expect(leftBehind([entry(2, 3, 'a', '/tmp/run'), entry(3, 2, 'b')], '/tmp/run')).toEqual([2, 3]);
});
