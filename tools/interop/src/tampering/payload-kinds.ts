// What is signed, changed after it was signed: every tool must see it.
import { edited, flipped, type Kind, payloadBytes, statementOf, withPayload } from './tamper.ts';

const digest = { sha256: '0'.repeat(64) };

export const payloadKinds: readonly Kind[] = [
  {
    kind: 'one bit of the payload flipped',
    tamper: ({ bundle }) => withPayload(bundle, flipped(payloadBytes(bundle), payloadBytes(bundle).indexOf('checkout'))),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'one value of the payload changed',
    tamper: ({ bundle }) => withPayload(bundle, payloadBytes(bundle).toString().replaceAll('"1.4.2"', '"1.4.3"')),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the statement written anew with the same meaning',
    tamper: ({ bundle }) => withPayload(bundle, JSON.stringify(statementOf(bundle), null, 1)),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a digest of the subject changed',
    tamper: ({ bundle }) => withPayload(bundle, JSON.stringify({ ...statementOf(bundle), subject: [{ digest }] })),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a subject added',
    tamper: ({ bundle }) =>
      withPayload(bundle, JSON.stringify({ ...statementOf(bundle), subject: [...statementOf(bundle).subject, { name: 'more', digest }] })),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the predicate removed',
    tamper: ({ bundle }) => withPayload(bundle, JSON.stringify({ ...statementOf(bundle), predicate: undefined })),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the predicate emptied',
    tamper: ({ bundle }) => withPayload(bundle, JSON.stringify({ ...statementOf(bundle), predicate: {} })),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the predicate type changed',
    tamper: ({ bundle }) => withPayload(bundle, payloadBytes(bundle).toString().replace('/v1","subject"', '/v2","subject"')),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the statement type changed',
    tamper: ({ bundle }) => withPayload(bundle, payloadBytes(bundle).toString().replace('Statement/v1', 'Statement/v2')),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the payload of another genuine bundle',
    tamper: ({ bundle, sibling }) => withPayload(bundle, payloadBytes(sibling)),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the last byte of the payload cut off',
    tamper: ({ bundle }) => withPayload(bundle, payloadBytes(bundle).subarray(0, -1)),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a byte appended to the payload',
    tamper: ({ bundle }) => withPayload(bundle, `${payloadBytes(bundle).toString()}\n`),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a duplicate name put into the payload',
    tamper: ({ bundle }) => withPayload(bundle, payloadBytes(bundle).toString().replace('{"_type"', '{"_type":"x","_type"')),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'no payload',
    tamper: ({ bundle }) => edited(bundle, (_, envelope) => (envelope.payload = '')),
    ours: 'BUNDLE_INVALID',
  },
  {
    kind: 'the payload type changed',
    tamper: ({ bundle }) => edited(bundle, (_, envelope) => (envelope.payloadType = 'application/json')),
    ours: 'BUNDLE_INVALID',
  },
  {
    kind: 'no payload type',
    tamper: ({ bundle }) => edited(bundle, (_, envelope) => delete envelope.payloadType),
    ours: 'BUNDLE_INVALID',
  },
];
