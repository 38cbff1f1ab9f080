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
    expect(refusal).toMatchObject({ code: 'EVIDENCE_INVALID' });
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

  it('proves nothing where evidence was built without a key', () => {
    expect(verifyRedaction(statementOf([before], {}), { value: before, auditorKey })).toEqual([]);
  });

  it('has a key of at least 32 bytes in base64', () => {
    expect(parseAuditorKey(`${auditorKey.toString('base64')}\n`)).toEqual(auditorKey);
    for (const wrong of ['', 'short', Buffer.alloc(31).toString('base64'), 'no base64!'.repeat(8)])
      expect(() => parseAuditorKey(wrong)).toThrow(expect.objectContaining({ code: 'EVIDENCE_INVALID' }));
  });
});
