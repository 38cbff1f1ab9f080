import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import { plantedSecrets } from '../planted-secrets.ts';
import { parseAuditorKey, parseRedactionRules } from './redaction-rules.ts';
import { redactValue } from './redact-value.ts';
import { verifyRedaction } from './verify-redaction.ts';

const auditorKey = Buffer.alloc(32, 7);
const failures = (...names: string[]) => ({ subject: [], predicate: { values: { tests: { failures: names, total: names.length } } } });
const statementOf = (names: readonly string[], options: Parameters<typeof redactValue>[1]) => {
  const { value, redactions } = redactValue(failures(...names), options);
  return { ...value, predicate: { ...value.predicate, redactions } };
};

describe('rules by path', () => {
  it('replace every text there and below, whole, and keep numbers', () => {
    const rules = parseRedactionRules({ paths: [{ path: '/predicate/values/*/failures', rule: 'test-names' }] });
    expect(redactValue(failures('logs Ada in', 'x'), { rules })).toEqual({
      value: { subject: [], predicate: { values: { tests: { failures: ['[redacted:test-names]', '[redacted:test-names]'], total: 2 } } } },
      redactions: [0, 1].map((at) => ({ path: `/predicate/values/tests/failures/${at}`, rule: 'test-names' })),
    });
  });

  it.each([
    ['/predicate/values/tests/failures/1', ['a', '[redacted:by-path]']],
    ['/predicate/**/failures/0', ['[redacted:by-path]', 'b']],
    ['/**/failures/*', ['[redacted:by-path]', '[redacted:by-path]']],
    ['/predicate/*/failures', ['a', 'b']],
    ['/predicate/values/tests/fail', ['a', 'b']],
  ])('%s', (path, wanted) => {
    const rules = parseRedactionRules({ paths: [{ path, rule: 'by-path' }] });
    expect(redactValue(failures('a', 'b'), { rules }).value.predicate.values.tests.failures).toEqual(wanted);
  });

  it('are refused with every fault: no pointer, the name of a detector, a detector of secrets switched off', () => {
    const wrong = {
      paths: [
        { path: 'predicate', rule: 'x' },
        { path: '/a', rule: 'jwt' },
        { path: '/a', rule: 'No' },
      ],
      off: ['jwt'],
      more: 1,
    };
    const refusal = (() => {
      try {
        return parseRedactionRules(wrong);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'EVIDENCE_INVALID', message: expect.stringMatching(/^redaction rules: \/paths\/0\/path /) });
    expect((refusal as EvidenceError).faults.map(({ path }) => path)).toEqual([
      '/paths/0/path',
      '/paths/1/rule',
      '/paths/2/rule',
      '/off/0',
      '/more',
    ]);
  });
});

describe('detectors', () => {
  it('that guess may be switched off, those of secrets stay', () => {
    const rules = parseRedactionRules({ off: ['email', 'user-path', 'high-entropy'] });
    for (const { text, secret, rule } of plantedSecrets) {
      const kept = redactValue(failures(text), { rules }).value.predicate.values.tests.failures[0]?.includes(secret);
      expect(kept).toBe(['email', 'user-path', 'high-entropy'].includes(rule));
    }
  });

  it('take an opaque word for an identifier where one belongs, and for a secret within a sentence', () => {
    const word = 'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4';
    const run = (id: string) => redactValue({ predicate: { run: { id } } }).value.predicate.run.id;
    expect(run(word)).toBe(word);
    expect(run(`token ${word}`)).not.toContain(word);
    expect(redactValue(failures(word)).redactions).toHaveLength(1);
  });
});

describe('the package of a finding', () => {
  const purl = 'pkg:maven/org.springframework/spring-core@5.2.0.RELEASE';
  const at = (place: string, text: string) =>
    redactValue({ predicate: { values: { scan: { findings: [{ [place]: text }] } } } }).value.predicate.values.scan.findings[0]?.[place];

  it('is kept though its version looks like an address', () => {
    expect(at('purl', purl)).toBe(purl);
  });

  it.each([
    ['elsewhere', 'id', purl, 'pkg:maven/org.springframework/[redacted:email]'],
    ['with more behind it', 'purl', 'pkg:npm/a@1 by jane@example.com', 'pkg:npm/a@1 by [redacted:email]'],
    ['with more before it', 'purl', 'see pkg:npm/jane@example.com', 'see pkg:npm/[redacted:email]'],
    ['that is none', 'purl', 'jane@example.com', '[redacted:email]'],
    ['with a secret in it', 'purl', `pkg:npm/gh${'p_'}${'a1B2'.repeat(9)}@1`, 'pkg:npm/[redacted:github-token]@1'],
  ])('is redacted %s', (_title, place, text, wanted) => {
    expect(at(place, text)).toBe(wanted);
  });
});

describe('an opaque run', () => {
  const found = (text: string) => redactValue(failures(text)).redactions.map(({ rule }) => rule);

  it.each([
    ['two digits, capitals and small letters that spell nothing', 'xQ7zKpVw9RtLmBnCdHjFgSyT', ['high-entropy']],
    ['one digit', 'xQ7zKpVwXRtLmBnCdHjFgSyT', []],
    ['digits side by side', 'xQ79zKpVwRtLmBnCdHjFgSyT', ['high-entropy']],
    ['no capital', 'xq7zkpvw9rtlmbncdhjfgsyt', []],
    ['no small letter', 'XQ7ZKPVW9RTLMBNCDHJFGSYT', []],
    ['few different characters', 'Xa1bXa1bXa1bXa1bXa1bXa1b', []],
    ['a length below 24', 'xQ7zKpVw9RtLmBnCdHjFgSy', []],
    ['the name of a digest before it', 'sha512-xQ7zKpVw9RtLmBnCdHjFgSyT', []],
    ['words', 'OrdersController4ReadsAll7Orders', []],
  ])('with %s', (_title, text, rules) => {
    expect(found(text)).toEqual(rules);
  });
});

describe('an auditor with the key', () => {
  const secret = 'jane.doe@example.com';
  const before = `invites <${secret}> to ${'/home/'}jane/app`;

  it('proves the whole text that stood there, or the part that was taken out where it is the only one', () => {
    const statement = statementOf([before, `mails ${secret}`], { auditorKey });
    expect(JSON.stringify(statement)).not.toContain(secret);
    const proven = (value: string, path?: string) =>
      verifyRedaction(statement, { value, auditorKey, path }).map(({ path, rule }) => `${path} ${rule}`);
    const at = (index: number) => `/predicate/values/tests/failures/${index}`;
    expect(proven(before)).toEqual([`${at(0)} email`, `${at(0)} user-path`]);
    expect(proven(before, at(1))).toEqual([]);
    expect(proven(secret)).toEqual([`${at(1)} email`]);
    expect(verifyRedaction(statement, { value: secret, auditorKey })[0]?.before).toBe(`mails ${secret}`);
    for (const wrong of ['', 'john.doe@example.com', `${before} `]) expect(proven(wrong)).toEqual([]);
    expect(verifyRedaction(statement, { value: before, auditorKey: Buffer.alloc(32, 8) })).toEqual([]);
  });

  it('can do it with openssl: HMAC-SHA-256 over RFC 8785 {path, value}', () => {
    const [redaction] = redactValue({ a: secret }, { auditorKey }).redactions;
    const bytes = JSON.stringify({ path: '/a', value: secret });
    expect(redaction?.keyedDigest).toBe(createHmac('sha256', auditorKey).update(bytes).digest('hex'));
  });

  it('proves a text with half a character, which JSON cannot hold', () => {
    const text = `${secret} \ud800`;
    const statement = statementOf([text], { auditorKey });
    expect(verifyRedaction(statement, { value: text, auditorKey })).toHaveLength(1);
  });

  it('finds fields whose names hold a slash or a tilde, and proves the whole text of one that was cut away since', () => {
    const field = 'a/b~c';
    const { value, redactions } = redactValue({ predicate: { [field]: [`to ${secret}`] } }, { auditorKey });
    const predicate = { ...value.predicate, redactions };
    expect(verifyRedaction({ subject: [], predicate }, { value: secret, auditorKey })).toMatchObject([
      { path: '/predicate/a~1b~0c/0', rule: 'email', before: `to ${secret}` },
    ]);
    for (const cut of [{}, { [field]: null }, { [field]: 'text' }, { [field]: [7] }]) {
      const claim = (text: string) => verifyRedaction({ subject: [], predicate: { ...cut, redactions } }, { value: text, auditorKey });
      expect(claim(`to ${secret}`)).toHaveLength(1);
      expect(claim(secret)).toEqual([]);
    }
    expect(verifyRedaction({ subject: [], predicate: {} }, { value: secret, auditorKey })).toEqual([]);
  });

  it('proves nothing where evidence was built without a key', () => {
    expect(verifyRedaction(statementOf([before], {}), { value: before, auditorKey })).toEqual([]);
  });

  it('has a key of at least 32 bytes in base64', () => {
    expect(parseAuditorKey(`${auditorKey.toString('base64')}\n`)).toEqual(auditorKey);
    for (const length of [33, 34, 64]) expect(parseAuditorKey(Buffer.alloc(length, 9).toString('base64'))).toHaveLength(length);
    expect(() => parseAuditorKey(`"${auditorKey.toString('base64')}"`)).toThrow("an auditor's key must be base64 of at least 32 bytes");
    for (const wrong of ['', 'short', Buffer.alloc(31).toString('base64'), 'no base64!'.repeat(8)])
      expect(() => parseAuditorKey(wrong)).toThrow(expect.objectContaining({ code: 'EVIDENCE_INVALID' }));
  });
});
