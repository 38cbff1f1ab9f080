// The lists of proven digests that a gate keeps for the time MC is away: by place, with the keys they are verified by.
import { Bundle, Sha256Hex } from '@promotable/contracts';
import { z } from 'zod';
import { KnownKeySet } from './client-state.ts';
import { jsonFile } from './json-file.ts';

const KeptList = z.strictObject({
  service: z.string(),
  environment: z.string(),
  bundle: Bundle,
  epoch: z.uuid(),
  revision: z.int().min(1),
  statementDigest: Sha256Hex,
  /** Wall clock when it was received, milliseconds since the Unix epoch: a clock before it was set back. */
  receivedAt: z.number(),
});

/** Everything that is kept of proven digests. */
export const ProvenMemory = z.strictObject({
  version: z.literal(1),
  /** The tenant of the first list; another one is foreign. */
  tenant: z.string().nullable(),
  /** The keys that the lists are verified by: a gate that has just begun has seen none yet. */
  keySet: KnownKeySet.nullable(),
  /** By service and environment. */
  lists: z.record(z.string(), KeptList),
});
export type ProvenMemory = z.infer<typeof ProvenMemory>;
export type KeptList = z.infer<typeof KeptList>;

export const emptyProven: ProvenMemory = { version: 1, tenant: null, keySet: null, lists: {} };

/** Keeps the lists of one gate: a file, a ConfigMap, or whatever outlives it. */
export interface ProvenStore {
  /** Null when nothing was saved yet. */
  load(): Promise<ProvenMemory | null>;
  save(memory: ProvenMemory): Promise<void>;
}

/** Lists that end with the process. */
export function memoryProven(): ProvenStore {
  let saved: ProvenMemory | null = null;
  return {
    load: async () => structuredClone(saved),
    async save(memory) {
      saved = structuredClone(memory);
    },
  };
}

/** Lists in one file, replaced as a whole. @throws {GateError} `STATE_UNREADABLE`, `STATE_NOT_WRITABLE` */
export function fileProven(path: string): ProvenStore {
  return jsonFile(path, ProvenMemory, 'the kept list of proven digests');
}

/** Names a place within {@link ProvenMemory}. */
export function placeKey({ service, environment }: { readonly service: string; readonly environment: string }): string {
  return `${service}/${environment}`;
}
