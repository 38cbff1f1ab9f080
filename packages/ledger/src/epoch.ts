import { randomBytes } from 'node:crypto';
import type { Clock } from '@promotable/contracts';

/** A UUID of version 7 (RFC 9562 §5.7) for an incarnation of the ledger; `random` gives 10 bytes. */
export function newEpoch(clock: Pick<Clock, 'now'>, random: () => Uint8Array = () => randomBytes(10)): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(clock.now(), 0, 6);
  bytes.set(random().subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
