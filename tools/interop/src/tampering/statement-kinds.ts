// Statements that are genuinely signed and must not be believed all the same: two readers would read two things.
import { unseenByOpenssl, type Kind, payloadBytes, signedAnew, statementOf } from './tamper.ts';

const envelopeAlone = {
  ...unseenByOpenssl,
  '@sigstore/verify': { accepts: 'unseen', because: '@sigstore/verify checks the envelope and leaves the Statement to its caller.' },
} as const satisfies Kind['others'];

export const statementKinds: readonly Kind[] = [
  {
    kind: 'signed, without a predicate',
    tamper: (document) => signedAnew(document, JSON.stringify({ ...statementOf(document.bundle), predicate: undefined })),
    ours: 'STATEMENT_INVALID',
    others: { ...envelopeAlone, cosign: { accepts: 'allowed', because: 'cosign compares the predicate type and asks for no predicate.' } },
  },
  {
    kind: 'signed, of another statement type',
    tamper: (document) => signedAnew(document, payloadBytes(document.bundle).toString().replace('Statement/v1', 'Statement/v2')),
    ours: 'STATEMENT_INVALID',
    others: { ...envelopeAlone, cosign: { accepts: 'allowed', because: 'cosign does not read the type of the statement.' } },
  },
  {
    kind: 'signed, without a subject',
    tamper: (document) => signedAnew(document, JSON.stringify({ ...statementOf(document.bundle), subject: [] })),
    ours: 'STATEMENT_INVALID',
    others: envelopeAlone,
  },
  {
    kind: 'signed, with a name twice',
    tamper: (document) =>
      signedAnew(
        document,
        payloadBytes(document.bundle).toString().replace('"predicate":{', '"predicate":{"verdict":"fail"},"predicate":{'),
      ),
    ours: 'JSON_INVALID',
    others: envelopeAlone,
  },
  {
    kind: 'signed, not in canonical form',
    tamper: (document) => signedAnew(document, JSON.stringify(statementOf(document.bundle), null, 1)),
    ours: 'PAYLOAD_NOT_CANONICAL',
    others: {
      cosign: { accepts: 'allowed', because: 'in-toto asks for no canonical form; we do, so that one statement has one digest.' },
      ...envelopeAlone,
      securesystemslib: { accepts: 'allowed', because: 'in-toto asks for no canonical form; we do, so that one statement has one digest.' },
    },
  },
  { kind: 'signed, and no JSON', tamper: (document) => signedAnew(document, 'pass'), ours: 'JSON_INVALID', others: envelopeAlone },
];
