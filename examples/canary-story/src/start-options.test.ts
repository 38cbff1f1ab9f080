import { expect, it } from 'vitest';
import { readStartOptions } from './start-options.ts';

const where = { cwd: '/home/ann', data: '/project/.promotable' };

it('keeps everything in .promotable, on any port, and stays up unless told otherwise', () => {
  expect(readStartOptions([], where)).toEqual({
    once: false,
    json: false,
    port: null,
    data: '/project/.promotable',
    reset: false,
    help: false,
  });
});

it('takes a path as its user means it, from where they stand', () => {
  expect(readStartOptions(['--data', 'here', '--port', '0', '--once', '--json', '--reset'], where)).toEqual({
    once: true,
    json: true,
    port: 0,
    data: '/home/ann/here',
    reset: true,
    help: false,
  });
});

it.each([['--nope'], ['extra'], ['--port', '4000x'], ['--port', '65536'], ['--port', '-1'], ['--port', ''], ['--port'], ['--data', '']])(
  'refuses %s %s with one line',
  (...argv) => {
    const read = () => readStartOptions(argv, where);
    expect(read).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(/^[^\n]+$/) }));
  },
);
