// JSON in one file, replaced as a whole, so that a crash leaves the old one or the new one.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { GateError } from '../gate-error.ts';

/** What is kept in a file of one shape. */
export interface JsonFile<Value> {
  /** Null when nothing was saved yet. */
  load(): Promise<Value | null>;
  save(value: Value): Promise<void>;
}

/**
 * @param path of the file; its folder is made when missing, both readable by the owner alone
 * @param what the file holds, for messages
 * @throws {GateError} `STATE_UNREADABLE`, `STATE_NOT_WRITABLE`; a damaged file is never taken for an empty one, it might hide what was seen
 */
export function jsonFile<Value>(path: string, shape: z.ZodType<Value>, what: string): JsonFile<Value> {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return null;
        throw new GateError('STATE_UNREADABLE', `cannot read ${path}: ${cause.code ?? 'unknown error'}`, { cause });
      });
      if (text === null) return null;
      const parsed = shape.safeParse(parseJson(text));
      if (!parsed.success) throw new GateError('STATE_UNREADABLE', `${path} is not ${what}: remove it to start afresh`);
      return parsed.data;
    },

    async save(value) {
      const draft = `${path}.${process.pid}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(value), { mode: 0o600 });
        await rename(draft, path);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw new GateError('STATE_NOT_WRITABLE', `cannot write ${path}: ${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}`, {
          cause,
        });
      }
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
