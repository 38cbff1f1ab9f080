import { operationIdOf } from './operation-id.ts';
import type { Publishable } from './publishable.ts';

/** The one operation this client may call: its id in the closed registry of operations. */
const operationId = operationIdOf('mutation PublishEvidence(');

/**
 * The body `{id, variables: {input: {service, releaseId, idempotencyKey, bundle}}}`. The bundle goes in as the bytes of its file,
 * not parsed and written anew, so what arrives is what was signed and stored; an attestation of another tool as text, for the same reason.
 */
export function requestBody({ bytes, predicate, attestation }: Publishable, idempotencyKey: string): Uint8Array {
  const { service, releaseId } = predicate;
  if (attestation !== undefined)
    return Buffer.from(JSON.stringify({ id: operationId, variables: { input: { service, releaseId, idempotencyKey, attestation } } }));
  const frame = JSON.stringify({ id: operationId, variables: { input: { service, releaseId, idempotencyKey } } });
  return Buffer.concat([Buffer.from(`${frame.slice(0, -3)},"bundle":`), bytes, Buffer.from('}}}')]);
}
