import { expect, it } from 'vitest';
import { FaultList } from '../fault-list.ts';
import { type ObservedInput, readObserved, toInstants } from './observed.ts';

function read(from: unknown, until: unknown) {
  const faults = new FaultList();
  const span = readObserved({ from, until } as ObservedInput, '/window', faults);
  return { span, faults: faults.toArray().map(({ path, code, message }) => `${path} ${code}: ${message}`) };
}

const noon = '2026-11-21T12:00:00Z';
const from = Date.parse(noon);

it('a stated span is read in any zone and written in UTC to the millisecond; a moment is a span', () => {
  const { span, faults } = read('2026-11-21T13:00:00+01:00', '2026-11-21T12:00:00.25Z');
  expect([span, faults]).toEqual([{ from, until: from + 250 }, []]);
  expect(toInstants({ from, until: from + 250 })).toEqual({ from: '2026-11-21T12:00:00.000Z', until: '2026-11-21T12:00:00.250Z' });
  expect(read(noon, noon)).toEqual({ span: { from, until: from }, faults: [] });
});

const wanted = 'must be an RFC 3339 time with an offset, not';
it.each([
  ['no beginning that can be read', 'now', noon, [`/window/from invalid_time: ${wanted} "now"`]],
  ['no end that can be read', noon, 'now', [`/window/until invalid_time: ${wanted} "now"`]],
  ['a time without a zone', '2026-11-21T12:00:00', noon, [`/window/from naive_time: ${wanted} "2026-11-21T12:00:00"`]],
  ['a number', noon, 7, [`/window/until invalid_time: ${wanted} 7`]],
  ['nothing', undefined, null, [`/window/from invalid_time: ${wanted} missing`, `/window/until invalid_time: ${wanted} null`]],
])('a span with %s is none', (_title, start, end, faults) => {
  expect(read(start, end)).toEqual({ span: null, faults });
});

it('a span that ends before it begins is at fault, and its ends are known all the same', () => {
  expect(read('2026-11-21T12:00:00.001Z', noon)).toEqual({
    span: { from: from + 1, until: from },
    faults: ['/window/until reversed: must not lie before from'],
  });
});
