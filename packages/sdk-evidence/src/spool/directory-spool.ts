import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileError, syncDirectory, writeDurably } from '../durable-file.ts';
import type { LeaseOptions, Spool, SpoolEntry, SpoolLease, SpoolOptions, SpoolRecord, SpoolRefusal } from './spool.ts';
import { spoolDefaults } from './spool.ts';
import { damagedRecord, full, guarded } from './spool-error.ts';
import { fileName, parseFileName, readContent, type SpoolFile, writeContent } from './spool-file.ts';

const folders = ['waiting', 'leased', 'refused', 'tmp'] as const;
type Folder = (typeof folders)[number];
type Placed = SpoolFile & { readonly folder: Folder; readonly name: string };

const dayMs = 86_400_000;
const reasonOf = (name: string) => `${name}.reason`;

/**
 * A spool of one file per record: a folder per state, and every change of state is one rename, which exactly one process wins.
 * For several processes of one machine at once; they may overshoot `maxBytes` together by one record each.
 * @throws {EvidenceError} `SPOOL_UNAVAILABLE` when the directory cannot be made or written
 */
export async function openDirectorySpool(path: string, options: SpoolOptions = {}): Promise<Spool> {
  const spool = new DirectorySpool(path, { ...spoolDefaults, ...options });
  await guarded(path, () => spool.prepare());
  return spool;
}

class DirectorySpool implements Spool {
  readonly #path: string;
  readonly #options: Required<SpoolOptions>;
  /** Puts of this process follow each other, so that two of one record leave one file and the limit holds. */
  #lastPut: Promise<unknown> = Promise.resolve();

  constructor(path: string, options: Required<SpoolOptions>) {
    this.#path = path;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    for (const folder of folders) await mkdir(join(this.#path, folder), { recursive: true, mode: 0o700 });
    // What a crash left half written was never acknowledged.
    for (const name of await readdir(join(this.#path, 'tmp'))) {
      const file = join(this.#path, 'tmp', name);
      if ((await stat(file)).mtimeMs < Date.now() - dayMs) await unlink(file);
    }
  }

  put(record: SpoolRecord): Promise<'stored' | 'present'> {
    const put = this.#lastPut.then(() => guarded(this.#path, () => this.#put(record)));
    this.#lastPut = put.catch(() => undefined);
    return put;
  }

  async #put(record: SpoolRecord): Promise<'stored' | 'present'> {
    const now = this.#options.clock.now();
    const files = await this.#files();
    const same = files.filter(({ statementDigest }) => statementDigest === record.statementDigest);
    if (same.some((file) => ['waiting', 'leased'].includes(this.#stateOf(file, now)))) return 'present';
    const content = writeContent(record);
    const used = files.reduce((sum, file) => sum + (same.includes(file) ? 0 : file.size), 0);
    if (used + content.length > this.#options.maxBytes) throw full(this.#path, used, content.length, this.#options.maxBytes);
    const arrival = Math.max(now * 1000, ...files.map((file) => file.arrival + 1));
    const name = fileName({ arrival, failures: 0, size: content.length, statementDigest: record.statementDigest, lease: null });
    await writeDurably(join(this.#path, 'waiting', name), content, { mode: 0o600, temporaryDirectory: join(this.#path, 'tmp') });
    for (const file of same) await this.#remove(file);
    return 'stored';
  }

  list(): Promise<SpoolEntry[]> {
    return guarded(this.#path, async () => {
      const now = this.#options.clock.now();
      const entries = new Map<string, SpoolEntry>();
      for (const file of (await this.#files()).sort((a, b) => a.arrival - b.arrival)) {
        const { statementDigest, failures, size, arrival } = file;
        const state = this.#stateOf(file, now);
        const refusal = state === 'refused' ? await this.#refusalOf(file) : null;
        if (!entries.has(statementDigest))
          entries.set(statementDigest, { statementDigest, state, spooledAt: Math.floor(arrival / 1000), size, failures, refusal });
      }
      return [...entries.values()];
    });
  }

  lease({ leaseMs, except = new Set() }: LeaseOptions): Promise<SpoolLease | null> {
    return guarded(this.#path, async () => {
      const now = this.#options.clock.now();
      const files = await this.#files();
      const taken = new Set(files.filter((file) => this.#stateOf(file, now) === 'leased').map(({ statementDigest }) => statementDigest));
      const next = files
        .filter((file) => this.#stateOf(file, now) === 'waiting' && !except.has(file.statementDigest) && !taken.has(file.statementDigest))
        .sort((a, b) => a.failures - b.failures || a.arrival - b.arrival);
      for (const file of next) {
        const leased: Placed = place('leased', { ...file, lease: { until: now + leaseMs, token: randomUUID() } });
        if (!(await this.#move(file, leased))) continue;
        const record = readContent(file.statementDigest, await readFile(this.#pathOf(leased), 'utf8'));
        if (record !== null) return { record, token: leased.name };
        await this.#refuse(leased, damagedRecord);
      }
      return null;
    });
  }

  complete({ token }: SpoolLease): Promise<boolean> {
    return guarded(this.#path, async () => {
      const file = leasedFile(token);
      if (!(await this.#remove(file))) return false;
      // Two processes may have put the same record at the same moment.
      for (const other of await this.#files())
        if (other.statementDigest === file.statementDigest && other.folder === 'waiting') await this.#remove(other);
      await syncDirectory(join(this.#path, 'leased'));
      return true;
    });
  }

  release({ token }: SpoolLease, { failed }: { readonly failed: boolean }): Promise<boolean> {
    return guarded(this.#path, () => {
      const file = leasedFile(token);
      return this.#move(file, place('waiting', { ...file, lease: null, failures: file.failures + (failed ? 1 : 0) }));
    });
  }

  refuse({ token }: SpoolLease, refusal: SpoolRefusal): Promise<boolean> {
    return guarded(this.#path, () => this.#refuse(leasedFile(token), refusal));
  }

  discard(statementDigest: string): Promise<boolean> {
    return guarded(this.#path, async () => {
      const now = this.#options.clock.now();
      const files = (await this.#files()).filter((file) => file.statementDigest === statementDigest);
      if (files.some((file) => this.#stateOf(file, now) === 'leased')) return false;
      const removed = await Promise.all(files.map((file) => this.#remove(file)));
      return removed.includes(true);
    });
  }

  async close(): Promise<void> {
    await this.#lastPut;
  }

  async #refuse(file: Placed, refusal: SpoolRefusal): Promise<boolean> {
    const target = place('refused', { ...file, lease: null });
    // The reason first: a record without its reason would be worse than a reason without its record.
    await writeDurably(join(this.#path, 'refused', reasonOf(target.name)), JSON.stringify(refusal), {
      mode: 0o600,
      temporaryDirectory: join(this.#path, 'tmp'),
    });
    return this.#move(file, target);
  }

  async #refusalOf(file: Placed): Promise<SpoolRefusal> {
    try {
      return JSON.parse(await readFile(join(this.#path, 'refused', reasonOf(file.name)), 'utf8')) as SpoolRefusal;
    } catch {
      return { code: 'SPOOL_UNAVAILABLE', message: 'the reason is not readable', faults: [] };
    }
  }

  async #files(): Promise<Placed[]> {
    const files: Placed[] = [];
    for (const folder of ['waiting', 'leased', 'refused'] as const) {
      for (const name of await readdir(join(this.#path, folder))) {
        const file = parseFileName(name);
        if (file !== null) files.push({ ...file, folder, name });
      }
    }
    return files;
  }

  #stateOf(file: Placed, now: number): SpoolEntry['state'] {
    if (file.folder === 'refused') return 'refused';
    if (file.lease !== null && file.lease.until > now) return 'leased';
    return Math.floor(file.arrival / 1000) <= now - this.#options.maxAgeMs ? 'expired' : 'waiting';
  }

  #pathOf({ folder, name }: Placed): string {
    return join(this.#path, folder, name);
  }

  /** False when another process was faster. */
  async #move(from: Placed, to: Placed): Promise<boolean> {
    const moved = await unlessMissing(rename(this.#pathOf(from), this.#pathOf(to)));
    if (moved) for (const folder of new Set([to.folder, from.folder])) await syncDirectory(join(this.#path, folder));
    return moved;
  }

  async #remove(file: Placed): Promise<boolean> {
    if (file.folder === 'refused') await unlessMissing(unlink(join(this.#path, 'refused', reasonOf(file.name))));
    return unlessMissing(unlink(this.#pathOf(file)));
  }
}

function place(folder: Folder, { arrival, failures, size, statementDigest, lease }: SpoolFile): Placed {
  const file = { arrival, failures, size, statementDigest, lease };
  return { ...file, folder, name: fileName(file) };
}

/** A lease's token is the name of its file: it no longer exists once the lease is lost. */
function leasedFile(token: string): Placed {
  const file = parseFileName(token);
  if (file === null) throw new Error('not a lease of this spool');
  return { ...file, folder: 'leased', name: token };
}

async function unlessMissing(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return false;
    throw error;
  }
}
