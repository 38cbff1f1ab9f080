import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram, runs } from '../cache/run-program.ts';
import { ServicesError } from '../services-error.ts';

/** Programs from the archive of this machine's own Debian (or a child of it), unpacked beside the system and never installed into it. */
export interface DebianPackages {
  /** Name of its directory in the cache. */
  readonly name: string;
  /** Oldest version of the first package that will do. */
  readonly version: string;
  readonly packages: readonly string[];
  /** Whether to unpack what they depend on too, as far as the system lacks it. @default true */
  readonly withDependencies?: boolean;
  /** Called with the directory once everything is unpacked, to write wrappers or to prove that a program runs. @default nothing */
  readonly complete?: (directory: string, signal: AbortSignal) => Promise<void>;
}

/** Whether packages of the archive can be fetched here; neither program needs root for it. */
export async function hasDebianArchive(): Promise<boolean> {
  return (await runs('apt-get', ['--version'])) && (await runs('dpkg-deb', ['--version']));
}

/**
 * The directory below which the packages are unpacked (`usr/bin/…`). As root and as an ordinary user; the system's package lists are used when
 * they are good, private ones otherwise. apt verifies each package by the signed lists. No maintainer script runs. Throws like {@link cached}.
 */
export function debianPackages(part: DebianPackages, options: CacheOptions = {}): Promise<string> {
  const { name, version, packages } = part;
  return cached(
    {
      name,
      version,
      async fill(directory, { say, signal }) {
        if (!(await hasDebianArchive())) {
          throw new ServicesError(
            'PART_UNAVAILABLE',
            `Fetching ${name} needs apt-get and dpkg-deb (Debian): install ${name} ${version} yourself, on PATH.`,
          );
        }
        const work = await mkdtemp(join(dirname(directory), 'apt-'));
        say(`fetching the Debian packages ${packages.join(' ')}`);
        const archives = await download(work, part, say, signal);
        say('unpacking');
        for (const archive of archives) await runProgram('dpkg-deb', ['--extract', archive, directory], { signal });
        await writeFile(join(directory, 'packages.txt'), archives.map((archive) => `${basename(archive)}\n`).join(''));
        await rm(work, { recursive: true });
        await part.complete?.(directory, signal);
      },
    },
    options,
  );
}

async function download(work: string, part: DebianPackages, say: (line: string) => void, signal: AbortSignal): Promise<string[]> {
  const archives = join(work, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  const apt = async (lists: string, program: string, ...args: string[]): Promise<string> => {
    const configuration = join(work, 'apt.conf');
    await writeFile(configuration, settings(work, lists));
    return runProgram(program, ['-c', configuration, ...args], { cwd: archives, signal, environment: { LC_ALL: 'C' } });
  };
  const fetchWith = async (lists: string): Promise<void> => {
    const policy = await apt(lists, 'apt-cache', 'policy', part.packages[0] ?? '');
    const candidate = /Candidate: (?:\d+:)?(\S+)/.exec(policy)?.[1] ?? '(none)';
    if (!(await runs('dpkg', ['--compare-versions', candidate, 'ge', part.version]))) {
      throw new Error(`the archive offers ${part.packages[0]} ${candidate}: install ${part.version} or newer yourself, on PATH`);
    }
    if (part.withDependencies === false) await apt(lists, 'apt-get', '-q', 'download', ...part.packages);
    else await apt(lists, 'apt-get', '-q', '-y', 'install', '--no-install-recommends', '--reinstall', '--download-only', ...part.packages);
  };
  try {
    await fetchWith('/var/lib/apt/lists');
  } catch {
    signal.throwIfAborted();
    say('the package lists of the system are missing or old: fetching private ones');
    // A third party's source that is away must not matter: the fetch itself tells whether the lists are enough.
    await apt(join(work, 'lists'), 'apt-get', '-q', 'update').catch(() => undefined);
    signal.throwIfAborted();
    await fetchWith(join(work, 'lists'));
  }
  return (await readdir(archives)).filter((file) => file.endsWith('.deb')).map((file) => join(archives, file));
}

/** Hooks of the system's apt are not ours to run; everything that apt writes goes to `work`. */
function settings(work: string, lists: string): string {
  return [
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
    `Dir::State "${work}";`,
    `Dir::State::lists "${lists}";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${work}";`,
    `Dir::Cache::archives "${join(work, 'archives')}";`,
    'Debug::NoLocking "1";',
    'APT::Sandbox::User "";',
    'APT::Keep-Downloaded-Packages "1";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "0";',
  ].join('\n');
}
