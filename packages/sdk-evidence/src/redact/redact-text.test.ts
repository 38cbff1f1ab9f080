import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessTexts, plantedSecrets } from '../planted-secrets.ts';
import { holdsSecret, redactText } from './redact-text.ts';
import { redactValue } from './redact-value.ts';

describe('redactText', () => {
  it.each(plantedSecrets)('finds $what', ({ text, secret, rule }) => {
    const { text: clean, rules } = redactText(text);
    expect(clean).not.toContain(secret);
    expect(clean).toContain(`[redacted:${rule}]`);
    expect(rules).toContain(rule);
    expect(holdsSecret(text)).toBe(rule !== 'user-path' && rule !== 'high-entropy');
  });

  it.each(harmlessTexts)('leaves alone: %s', (text) => {
    expect(redactText(text)).toEqual({ text, rules: [] });
    expect(holdsSecret(text)).toBe(false);
  });

  it('finds each secret within other text, beside another, and in the middle of a line', () => {
    const secret = fc.constantFrom(...plantedSecrets);
    fc.assert(
      fc.property(
        secret,
        secret,
        fc.constantFrom(' ', '\n', ', ', ' | '),
        fc.constantFrom('', 'fails for ', 'a > b > '),
        (one, other, gap, start) => {
          const { text } = redactText(`${start}${one.text}${gap}${other.text}`);
          expect(text).not.toContain(one.secret);
          expect(text).not.toContain(other.secret);
        },
      ),
    );
  });

  it('changes nothing the second time', () => {
    const words = fc.oneof(
      fc.constantFrom(...plantedSecrets.map(({ text }) => text)),
      fc.constantFrom('token', 'password', '=', ': ', '"', "'", 'secret_', ' ', 'a@b.co'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), (parts) => {
        const once = redactText(parts.join('')).text;
        const twice = redactText(once).text;
        // What a first mark has joined may be taken for a credential again; what is signed has been scanned to the end.
        expect(redactText(twice).text).toBe(twice);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes time in proportion to hostile text', () => {
    const hostile = [
      'a',
      '-',
      '.',
      'eyJ',
      'token',
      'password:',
      'https://',
      'a@',
      'bearer ',
      '-----BEGIN ',
      'sk-',
      'A.',
      '://',
      'secret=',
      ' ',
      '0@a.',
    ].map((part) => part.repeat(Math.ceil(200_000 / part.length)));
    for (const text of hostile) expect(redactText(text).text.length).toBeGreaterThan(0);
  });
});

describe('redactValue', () => {
  it('scans every string of a value and says where it found what, without changing the input', () => {
    const input = {
      run: { id: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
      list: [1, null, ['ok', 'mail bob@example.com']],
      'a/b~': 'x AKIAIOSFODNN7EXAMPLE',
    };
    const copy = structuredClone(input);
    expect(redactValue(input)).toEqual({
      value: {
        run: { id: '[redacted:github-token]' },
        list: [1, null, ['ok', 'mail [redacted:email]']],
        'a/b~': 'x [redacted:aws-key-id]',
      },
      redactions: [
        { path: '/run/id', rule: 'github-token' },
        { path: '/list/2/1', rule: 'email' },
        { path: '/a~1b~0', rule: 'aws-key-id' },
      ],
    });
    expect(input).toEqual(copy);
  });
});
