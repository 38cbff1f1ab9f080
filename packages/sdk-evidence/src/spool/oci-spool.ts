import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { EvidenceError } from '../evidence-error.ts';
import { isAttestedFrame } from '../foreign/attested-evidence.ts';
import { parseImageReference } from '../oci/image-reference.ts';
import { pushReferrer, referrerManifest, referrersOf } from '../oci/referrers.ts';
import { createRegistryClient, type RegistryClient, type RegistryOptions } from '../oci/registry-client.ts';
import { annotation, attestedType, fateType, type Fate, type OciRecord, recordsOf, recordType } from './oci-records.ts';
import type { LeaseOptions, Spool, SpoolEntry, SpoolLease, SpoolOptions, SpoolRecord, SpoolRefusal } from './spool.ts';
import { spoolDefaults } from './spool.ts';
import { full } from './spool-error.ts';

/** How a registry is spoken to, and the bounds of what waits beside one image. */
export interface OciSpoolOptions extends Omit<SpoolOptions, 'onDamaged'>, RegistryOptions {}

const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  faults: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
});

/**
 * A spool beside an image, in its own registry: each record is a referrer of the image's digest, so a later job finds it without a disk of
 * its own. Leases and failures are known to this process alone: two replays of one image at once may both send a record, and MC takes it once.
 * @param image `registry/repository@sha256:…`
 * @throws {EvidenceError} `EVIDENCE_INVALID` for another form
 */
export function openOciSpool(image: string, options: OciSpoolOptions = {}): Spool {
  const reference = parseImageReference(image);
  const { maxAgeMs, maxBytes, clock } = { ...spoolDefaults, ...options };
  return new OciSpool(image, reference.digest, createRegistryClient(reference, options), { maxAgeMs, maxBytes, clock });
}

class OciSpool implements Spool {
  readonly #name: string;
  readonly #image: string;
  readonly #client: RegistryClient;
  readonly #options: Required<Pick<SpoolOptions, 'maxAgeMs' | 'maxBytes' | 'clock'>>;
  readonly #leases = new Map<string, { readonly token: string; readonly until: number; readonly record: OciRecord }>();
  readonly #failures = new Map<string, number>();
  /** Manifests of records whose fate was written here: a listing that began before may still have them. */
  readonly #settled = new Set<string>();
  #lastPut: Promise<unknown> = Promise.resolve();

  constructor(
    name: string,
    image: string,
    client: RegistryClient,
    options: Required<Pick<SpoolOptions, 'maxAgeMs' | 'maxBytes' | 'clock'>>,
  ) {
    this.#name = name;
    this.#image = image;
    this.#client = client;
    this.#options = options;
  }

  put(record: SpoolRecord): Promise<'stored' | 'present'> {
    // One after the other, so that two of one record leave one referrer and the limit holds.
    const put = this.#lastPut.then(() => this.#guarded(() => this.#put(record)));
    this.#lastPut = put.catch(() => undefined);
    return put;
  }

  async #put({ statementDigest, idempotencyKey, bytes }: SpoolRecord): Promise<'stored' | 'present'> {
    const now = this.#options.clock.now();
    const records = await this.#records();
    const same = records.find((record) => record.statementDigest === statementDigest);
    if (same !== undefined && ['waiting', 'leased'].includes(this.#stateOf(same, now))) return 'present';
    const used = records.reduce((sum, record) => sum + (record === same ? 0 : record.size), 0);
    if (used + bytes.length > this.#options.maxBytes) throw full(this.#name, used, bytes.length, this.#options.maxBytes);
    const arrival = Math.max(now * 1000, ...records.map((record) => record.arrival + 1));
    // What another tool attested lies beside the image already; with the release it is for, it is none of that tool's forms.
    const isFrame = isAttestedFrame(bytes);
    const type = isFrame ? attestedType : recordType;
    await pushReferrer(this.#client, this.#image, {
      artifactType: type,
      annotations: {
        'org.opencontainers.image.created': new Date(now).toISOString(),
        ...(isFrame ? {} : { 'dev.sigstore.bundle.content': 'dsse-envelope' }),
        [annotation.statement]: statementDigest,
        [annotation.key]: idempotencyKey,
        [annotation.arrival]: String(arrival),
        [annotation.size]: String(bytes.length),
      },
      content: { mediaType: type, bytes },
    });
    this.#failures.delete(statementDigest);
    return 'stored';
  }

  list(): Promise<SpoolEntry[]> {
    return this.#guarded(async () => {
      const now = this.#options.clock.now();
      return Promise.all(
        (await this.#records()).map(async (record): Promise<SpoolEntry> => {
          const { statementDigest, size, arrival, refused } = record;
          const failures = this.#failures.get(statementDigest) ?? 0;
          const refusal = refused === null ? null : await this.#refusalOf(refused);
          return { statementDigest, state: this.#stateOf(record, now), spooledAt: Math.floor(arrival / 1000), size, failures, refusal };
        }),
      );
    });
  }

  lease({ leaseMs, except = new Set() }: LeaseOptions): Promise<SpoolLease | null> {
    return this.#guarded(async () => {
      const records = await this.#records();
      const now = this.#options.clock.now();
      const failuresOf = ({ statementDigest }: OciRecord) => this.#failures.get(statementDigest) ?? 0;
      const [next] = records
        .filter((record) => this.#stateOf(record, now) === 'waiting' && !except.has(record.statementDigest))
        .filter(({ manifest }) => !this.#settled.has(manifest))
        .sort((a, b) => failuresOf(a) - failuresOf(b) || a.arrival - b.arrival);
      if (next === undefined) return null;
      const token = randomUUID();
      this.#leases.set(next.statementDigest, { token, until: now + leaseMs, record: next });
      const { statementDigest, idempotencyKey } = next;
      try {
        const [layer] = (await referrerManifest(this.#client, next.manifest)).layers ?? [];
        const bytes = layer === undefined ? new Uint8Array() : await this.#client.blob(layer.digest);
        return { record: { statementDigest, idempotencyKey, bytes }, token };
      } catch (error) {
        this.#leases.delete(statementDigest);
        throw error;
      }
    });
  }

  complete(lease: SpoolLease): Promise<boolean> {
    return this.#settle(lease, 'delivered', null);
  }

  async release({ record, token }: SpoolLease, { failed }: { readonly failed: boolean }): Promise<boolean> {
    const { statementDigest } = record;
    if (!this.#holds(statementDigest, token)) return false;
    this.#leases.delete(statementDigest);
    if (failed) this.#failures.set(statementDigest, (this.#failures.get(statementDigest) ?? 0) + 1);
    return true;
  }

  refuse(lease: SpoolLease, refusal: SpoolRefusal): Promise<boolean> {
    return this.#settle(lease, 'refused', refusal);
  }

  discard(statementDigest: string): Promise<boolean> {
    return this.#guarded(async () => {
      const record = (await this.#records()).find((each) => each.statementDigest === statementDigest);
      if (record === undefined || this.#stateOf(record, this.#options.clock.now()) === 'leased') return false;
      await this.#note(record, 'discarded', null);
      return true;
    });
  }

  async close(): Promise<void> {
    await this.#lastPut;
  }

  async #records(): Promise<OciRecord[]> {
    const referrers = await referrersOf(this.#client, this.#image);
    // Some registries list referrers without their annotations.
    const whole = referrers.map(async (referrer) => {
      if (referrer.annotations !== undefined || ![recordType, attestedType, fateType].includes(referrer.artifactType ?? ''))
        return referrer;
      return { ...referrer, annotations: (await referrerManifest(this.#client, referrer.digest)).annotations ?? {} };
    });
    return recordsOf(await Promise.all(whole));
  }

  #stateOf({ statementDigest, arrival, refused }: OciRecord, now: number): SpoolEntry['state'] {
    if (refused !== null) return 'refused';
    if ((this.#leases.get(statementDigest)?.until ?? 0) > now) return 'leased';
    return Math.floor(arrival / 1000) <= now - this.#options.maxAgeMs ? 'expired' : 'waiting';
  }

  #holds(statementDigest: string, token: string): boolean {
    return this.#leases.get(statementDigest)?.token === token;
  }

  #settle({ record: { statementDigest }, token }: SpoolLease, fate: Fate, refusal: SpoolRefusal | null): Promise<boolean> {
    return this.#guarded(async () => {
      const held = this.#leases.get(statementDigest);
      if (held === undefined || !this.#holds(statementDigest, token)) return false;
      await this.#note(held.record, fate, refusal);
      this.#leases.delete(statementDigest);
      this.#failures.delete(statementDigest);
      return true;
    });
  }

  async #note({ statementDigest, arrival, manifest }: OciRecord, fate: Fate, refusal: SpoolRefusal | null): Promise<void> {
    this.#settled.add(manifest);
    await pushReferrer(this.#client, this.#image, {
      artifactType: fateType,
      annotations: {
        'org.opencontainers.image.created': new Date(this.#options.clock.now()).toISOString(),
        [annotation.statement]: statementDigest,
        [annotation.arrival]: String(arrival),
        [annotation.fate]: fate,
      },
      content: refusal === null ? null : { mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(refusal)) },
    });
  }

  async #refusalOf(manifest: string): Promise<SpoolRefusal> {
    const [layer] = (await referrerManifest(this.#client, manifest)).layers ?? [];
    const parsed = layer === undefined ? null : Refusal.safeParse(jsonOf(await this.#client.blob(layer.digest)));
    return parsed?.data ?? { code: 'SPOOL_UNAVAILABLE', message: 'the reason is not readable', faults: [] };
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EvidenceError && error.code !== 'REGISTRY_UNAVAILABLE') throw error;
      const why = error instanceof EvidenceError ? error.message : 'its answer is of another shape';
      throw new EvidenceError('SPOOL_UNAVAILABLE', `the spool ${this.#name} cannot be used: ${why}`, { cause: error });
    }
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
