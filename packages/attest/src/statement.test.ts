import { describe, expect, it } from 'vitest';
import { canonicalBytes } from './canonical-json.ts';
import { statementOf } from './statement.ts';

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://promotable.dev/attestation/evidence/v1',
  predicate: { note: 'é', depth: 1 },
};
const text = Buffer.from(canonicalBytes(statement)).toString('utf8');
const withPredicate = (predicate: string) => Buffer.from(text.replace('{"depth":1,"note":"é"}', predicate));

describe('the statement of payload bytes', () => {
  it('is read from its canonical form', () => {
    expect(statementOf(Buffer.from(text))).toEqual(statement);
  });

  it.each([
    ['a name twice, the second as before', '{"depth":1,"depth":1,"note":"é"}', 'JSON_INVALID'],
    ['a name twice in another spelling', '{"depth":1,"d\\u0065pth":1,"note":"é"}', 'JSON_INVALID'],
    ['the name __proto__', '{"__proto__":{"depth":1}}', 'JSON_INVALID'],
    ['the name __proto__ in another spelling', '{"\\u005f_proto__":1}', 'JSON_INVALID'],
    ['nesting beyond 128', `{"depth":${'['.repeat(130)}${']'.repeat(130)}}`, 'JSON_INVALID'],
    ['a space', '{"depth": 1,"note":"é"}', 'PAYLOAD_NOT_CANONICAL'],
    ['another order', '{"note":"é","depth":1}', 'PAYLOAD_NOT_CANONICAL'],
    ['another spelling of a number', '{"depth":1.0,"note":"é"}', 'PAYLOAD_NOT_CANONICAL'],
    ['another spelling of a text', '{"depth":1,"note":"\\u00e9"}', 'PAYLOAD_NOT_CANONICAL'],
    ['half a surrogate pair', '{"depth":1,"note":"\\ud800"}', 'CANONICAL_JSON_INVALID'],
  ])('is refused for %s', (_what, predicate, code) => {
    expect(() => statementOf(withPredicate(predicate))).toThrow(expect.objectContaining({ code }));
  });

  it('may hold the text __proto__ where it is a value', () => {
    expect(statementOf(withPredicate('{"note":"__proto__"}')).predicate).toEqual({ note: '__proto__' });
  });

  it('is refused for bytes that are no UTF-8, and for a byte order mark', () => {
    expect(() => statementOf(Buffer.from(text, 'latin1'))).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
    expect(() => statementOf(Buffer.from(`\ufeff${text}`))).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });
});
