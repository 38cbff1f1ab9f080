import { basename, resolve } from 'node:path';
import type { Fault } from '@promotable/contracts';
import type { ReportStream } from '@promotable/sdk-evidence';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';
import { printable } from './render/printable.ts';

/** A report that is read as it comes; where it cannot be, one line on which file it was. */
export async function reportAt(io: Io, path: string, what: string): Promise<ReportStream> {
  const { reportFile } = await import('@promotable/sdk-evidence');
  const { stream } = reportFile(resolve(io.cwd, path));
  async function* reading(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        io.signal.throwIfAborted();
        yield chunk;
      }
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw cause;
      throw new McError('FILE_UNREADABLE', `Cannot read ${what} at ${path}: ${code}.`, { cause });
    }
  }
  return { name: basename(path), stream: reading() };
}

/** {@link reportAt} for each of several files. */
export async function reportsAt(io: Io, paths: readonly string[], what: string): Promise<ReportStream[]> {
  return Promise.all(paths.map((path) => reportAt(io, path, what)));
}

/** One line for each thing that is odd about a report that could be read all the same. */
export function sayWarnings(io: Io, warnings: readonly Fault[]): void {
  for (const { path, message } of warnings) io.stderr(printable(`mc: warning: ${path}: ${message.replace(/\s+/g, ' ')}\n`));
}
