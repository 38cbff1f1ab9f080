import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const chunkBytes = 1 << 20;

/** How {@link fileDigest} reads. */
export interface FileDigestOptions {
  /** Stops between two reads; the promise then rejects with the signal's reason. @default none */
  readonly signal?: AbortSignal;
}

/**
 * SHA-256 of a file's bytes in lowercase hex, in constant memory: 1 MiB is hashed while the next is read.
 * Rejects with the file system's own error when the file cannot be read.
 */
export async function fileDigest(path: string, { signal }: FileDigestOptions = {}): Promise<string> {
  signal?.throwIfAborted();
  const file = await open(path, 'r');
  try {
    const sha256 = createHash('sha256');
    let current = Buffer.allocUnsafe(chunkBytes);
    let next = Buffer.allocUnsafe(chunkBytes);
    let { bytesRead } = await file.read(current, 0, chunkBytes, null);
    while (bytesRead > 0) {
      signal?.throwIfAborted();
      const reading = file.read(next, 0, chunkBytes, null);
      sha256.update(current.subarray(0, bytesRead));
      ({ bytesRead } = await reading);
      [current, next] = [next, current];
    }
    return sha256.digest('hex');
  } finally {
    await file.close();
  }
}
