// Tells an outage of the store, which a caller survives by trying again, from a fault of ours, which it does not.
import { isCodedError } from '@promotable/contracts';
import { EvidenceError } from '../evidence-error.ts';

/**
 * SQLSTATE classes 08 (connection), 40 (rolled back), 53 (resources: disk full, too many connections), 57 (operator intervention),
 * 58 (system), and 25P03, 25P04, 55P03 (time limits). Source: PostgreSQL manual, appendix A.
 */
const passing = /^(08|40|53|57|58)...$|^25P0[34]$|^55P03$/;
const socketCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
/** `pg` gives these no code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout)/;
const codedOutages: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'TRANSACTION_ABORTED']);

/** Runs work on the store. @throws {EvidenceError} `STORE_UNAVAILABLE` (503, retryable) for an outage; anything else as it is */
export async function onStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EvidenceError || !isOutage(cause)) throw cause;
    throw new EvidenceError('STORE_UNAVAILABLE', 'the store cannot be reached; nothing is acknowledged, try again with the same bytes', {
      cause,
      retryable: true,
    });
  }
}

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isCodedError(error)) return codedOutages.has(error.code);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? passing.test(code) || socketCodes.has(code) : driverMessages.test(error.message);
}
