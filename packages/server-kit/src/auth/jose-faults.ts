// The one place where failures of the jose library become ours.
import { errors } from 'jose';
import { isCodedError } from '@promotable/contracts';
import { type ServerKitError, unauthenticated } from '../server-kit-error.ts';

/** Turns a failed verification into 401, keeping our own errors as they are. */
export function refused(error: unknown): ServerKitError {
  if (isCodedError(error)) return error as ServerKitError;
  if (error instanceof errors.JOSEError) return unauthenticated(error.code, error);
  return unauthenticated('verification failed', error);
}

/** True where a key set answered, but has no key for the token: the caller's fault, not an outage. */
export function isMissingKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
