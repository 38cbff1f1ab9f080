import { expect, it } from 'vitest';
import type { Descriptor } from '../oci/manifest.ts';
import { annotation, recordsOf } from './oci-records.ts';

const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string];
let manifests = 0;
const referrer = (annotations: Record<string, string>): Descriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${String(++manifests).padStart(64, '0')}`,
  size: 7,
  annotations,
});
const put = (statement: string, arrival: number) =>
  referrer({
    [annotation.statement]: statement,
    [annotation.key]: 'k',
    [annotation.arrival]: String(arrival),
    [annotation.size]: '100',
  });
const fate = (statement: string, arrival: number, said: string) =>
  referrer({ [annotation.statement]: statement, [annotation.arrival]: String(arrival), [annotation.fate]: said });
const told = (...referrers: Descriptor[]) =>
  recordsOf(referrers).map(
    ({ statementDigest, arrival, refused }) => `${statementDigest[0]}${arrival}${refused === null ? '' : ' refused'}`,
  );

it('lists what waits in order of arrival, whatever the order of the listing', () => {
  expect(told(put(b, 2), put(a, 1))).toEqual(['a1', 'b2']);
});

it('leaves out what has its fate, and says which was refused', () => {
  expect(told(fate(a, 1, 'delivered'), put(a, 1), put(b, 2), fate(b, 2, 'refused'))).toEqual(['b2 refused']);
  expect(told(put(a, 1), fate(a, 1, 'refused'), fate(a, 1, 'discarded'))).toEqual([]);
  expect(told(put(a, 1), fate(a, 1, 'delivered'), fate(a, 1, 'refused'))).toEqual([]);
});

it('takes a record that was put again for a new one', () => {
  expect(told(put(a, 1), fate(a, 1, 'refused'), put(a, 5))).toEqual(['a5']);
  expect(told(put(a, 5), fate(a, 5, 'delivered'), put(a, 1))).toEqual([]);
});

it('leaves alone what others attached to the image', () => {
  const { annotations: _none, ...bare } = put(a, 1);
  const others = [bare, referrer({}), referrer({ [annotation.statement]: 'x', [annotation.arrival]: '1', [annotation.size]: '1' })];
  expect(recordsOf([...others, fate(b, 1, 'delivered')])).toEqual([]);
  expect(told(referrer({ [annotation.statement]: a, [annotation.arrival]: '-1', [annotation.size]: '1' }))).toEqual([]);
});
