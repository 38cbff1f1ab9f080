import { EvidenceError } from '../evidence-error.ts';
import type { EvidenceEvents } from '../publish/events.ts';
import { environmentOf, type Publishable } from '../publish/publishable.ts';
import type { Published, Publisher, PublishOptions } from '../publish/publisher.ts';
import type { Spool } from './spool.ts';

/** Where evidence goes, and where it waits. */
export interface PublishOrSpoolOptions extends PublishOptions {
  readonly publisher: Publisher;
  readonly spool: Pick<Spool, 'put'>;
  /** Hears of `spooled`. @default nobody */
  readonly events?: EvidenceEvents | undefined;
}

/** Published, or safe on disk; `error` says why it could not be published. */
export type PublishedOrSpooled = Published | { readonly outcome: 'spooled'; readonly error: EvidenceError };

/**
 * Publishes; what cannot be published now but may be later waits in the spool, and MC is told so where it can be reached.
 * @throws {EvidenceError} permanent errors of {@link Publisher.publish} (the file stays where it is); `SPOOL_FULL`, `SPOOL_UNAVAILABLE` with
 * the publisher's error as cause
 */
export async function publishOrSpool(
  evidence: Publishable,
  { publisher, spool, events, ...options }: PublishOrSpoolOptions,
): Promise<PublishedOrSpooled> {
  const { statementDigest, bytes } = evidence;
  try {
    return await publisher.publish(evidence, options);
  } catch (error) {
    if (!(error instanceof EvidenceError) || !error.retryable) throw error;
    await spool.put({ statementDigest, idempotencyKey: options.idempotencyKey ?? statementDigest, bytes }).catch((spoolError: unknown) => {
      throw bothFailed(spoolError, error);
    });
    events?.emit({ type: 'spooled', statementDigest, environment: environmentOf(evidence), code: error.code });
    // A signer that is not trusted yet is what MC remembers by itself.
    if (error.code !== 'SIGNATURE_UNTRUSTED') await publisher.noticeSpooled(evidence, { signal: options.signal });
    return { outcome: 'spooled', error };
  }
}

function bothFailed(spoolError: unknown, publishError: EvidenceError): unknown {
  if (!(spoolError instanceof EvidenceError)) return spoolError;
  return new EvidenceError(spoolError.code, `${spoolError.message}; publishing had failed before: ${publishError.message}`, {
    cause: publishError,
  });
}
