// A chain with checkpoints, whole, for the tests that alter it.
import { type KeyResolver, canonicalize, digestOf, generateSigningKey, localSigner, publicKeyFromPem } from '@promotable/attest';
import type { SealedEntry, StreamId } from './entry.ts';
import { entryHash, genesisHash } from './entry-hash.ts';
import { exportLedger } from './export-ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { memoryTransactor } from './memory-transactor.ts';
import { createSequencer } from './sequencer.ts';
import { verifyLedgerExport } from './verify-ledger.ts';

export const at = '2026-11-21T12:00:00.000Z';
export const stream: StreamId = { tenant: 'acme', stream: 'decisions' };
export const key = generateSigningKey('ed25519');
export const stolen = generateSigningKey('ed25519');
export const signer = localSigner(key.privateKeyPem);
export const publicKey = publicKeyFromPem(key.publicKeyPem);
export const resolveKey: KeyResolver = (keyId) => (keyId === key.keyId ? publicKey : null);

/** Ten entries sealed in batches of four, so checkpoints stand behind 4, 8 and 10; then two that wait. */
async function sample() {
  const ledger = createMemoryLedger();
  const transactor = memoryTransactor();
  const append = (from: number, count: number) =>
    transactor.transaction((tx) =>
      ledger.append(
        Array.from({ length: count }, (_, index) => ({
          ...stream,
          type: 'decision',
          subject: `s-${from + index}`,
          bodyDigest: digestOf(from + index),
          actor: 'gate',
          at,
        })),
        { tx },
      ),
    );
  await append(1, 10);
  const onError = (error: unknown) => {
    throw error;
  };
  await createSequencer({ ledger, signer, clock: { now: () => Date.parse(at), monotonic: () => 0 }, batchSize: 4, onError }).runOnce();
  await append(11, 2);
  const lines: string[] = [];
  for await (const line of exportLedger(ledger, stream, { pageSize: 3 })) lines.push(line);
  const checkpoints = (await ledger.checkpoints(stream)).map(({ bundle }) => bundle);
  return { ledger, lines, checkpoints, epoch: await ledger.epoch() };
}
export const { lines, checkpoints, epoch } = await sample();
export const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown> & { kind: string; position: number });
export const indexOf = (position: number) => parsed.findIndex((line) => line.kind === 'entry' && line.position === position);
export const verify = (edited: readonly string[], anchors: readonly unknown[] = []) =>
  verifyLedgerExport(edited, { resolveKey, checkpoints: anchors, stream });
export const summary = async (edited: readonly string[], anchors: readonly unknown[] = []) =>
  (await verify(edited, anchors)).faults.map(({ position, code }) => [position, code]);
export const without = (...positions: number[]) =>
  lines.filter((_, index) => !positions.includes(parsed[index]?.kind === 'entry' ? (parsed[index]?.position as number) : 0));
export const edit = (position: number, change: Record<string, unknown>) =>
  lines.map((line, index) => (index === indexOf(position) ? canonicalize({ ...parsed[index], ...change }) : line));

/** What an owner of the table can do: other content, every hash recomputed. */
export function rewritten(from: number): string[] {
  let previousHash = genesisHash;
  return parsed.map((line, index) => {
    if (line.kind !== 'entry') return lines[index] as string;
    const { kind, hash: _hash, ...fields } = line as unknown as SealedEntry & { kind: string };
    const entry = { ...fields, previousHash, subject: fields.position === from ? 'forged' : fields.subject };
    previousHash = entryHash(entry);
    return canonicalize({ kind, ...entry, hash: previousHash });
  });
}
export const noCheckpoints = (edited: readonly string[]) => edited.filter((line) => !line.startsWith('{"bundle"'));
