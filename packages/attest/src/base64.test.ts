import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';

describe('base64', () => {
  it.each([
    ['', ''],
    ['AA==', '00'],
    ['AA', '00'],
    ['AAE=', '0001'],
    ['AAE', '0001'],
    ['AAEC', '000102'],
    ['+/8=', 'fbff'],
    ['-_8=', 'fbff'],
    ['-_8', 'fbff'],
  ])('%j stands for the bytes %j', (text, hex) => expect(decodeBase64(text)?.toString('hex')).toBe(hex));

  it.each(['=', '==', 'A', 'AA=', 'AAEC=', 'AAEC==', 'AAECAA===', '=AAA', 'A=A=', 'AB==', 'AAF=', '+_8=', 'AA ==', 'AA\n', 'ÄA==', '?'])(
    '%j stands for no bytes',
    (text) => expect(decodeBase64(text)).toBeNull(),
  );
});
