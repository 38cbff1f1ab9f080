import { digestOf } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { maxEntryBytes, parseEntries } from './entry.ts';

const at = '2026-11-21T12:00:00.000Z';
const entry = (subject: string) => ({
  tenant: 'acme',
  stream: 'decisions',
  type: 'decision',
  subject,
  bodyDigest: digestOf(subject),
  actor: 'gate',
  at,
});

describe('entries', () => {
  it('are refused in words, with the path of the first fault', () => {
    expect(() => parseEntries([{ ...entry('a'), actor: '' }])).toThrow(/^not a ledger entry: \/0\/actor ./);
    expect(() => parseEntries([entry('a'), { ...entry('b'), note: 1 }])).toThrow(
      expect.objectContaining({ code: 'ENTRY_INVALID', status: 400, message: 'not a ledger entry: /1/note is not a known field' }),
    );
  });

  it('have at most 2048 bytes of UTF-8 in canonical form', () => {
    const frame = Buffer.byteLength(JSON.stringify({ ...entry(''), bodyDigest: digestOf(0) })) + 2 * 512;
    const fitting = { ...entry(''), actor: 'é'.repeat(512), subject: 'x'.repeat(maxEntryBytes - frame + Buffer.byteLength('gate')) };
    expect(parseEntries([fitting])).toEqual([fitting]);
    expect(() => parseEntries([{ ...fitting, subject: `${fitting.subject}x` }])).toThrow(
      expect.objectContaining({ faults: [{ path: '/0', code: 'too_big', message: 'must be at most 2048 bytes' }] }),
    );
  });
});
