import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { ServicesError } from '../services-error.ts';

/** The operating system account that runs PostgreSQL, and how to get there from ours. */
export interface Account {
  /** Numeric owner for the files of the cluster; null = our own. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /** The command line that runs `program` with `args` as this account. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
  /** Credentials for `child_process.spawn`, empty when {@link command} switches the account itself. */
  readonly credentials: { readonly uid?: number; readonly gid?: number };
}

const ourselves: Account = { owner: null, command: (program, args) => [program, args], credentials: {} };

/**
 * PostgreSQL refuses to run as root. As root it runs as `preferred` (the owner of existing data), else as the user `postgres`, else as `nobody`.
 * Where that user cannot reach one of `paths` (a clone below root's 0700 home), it keeps the capability to pass file permissions (one that containers have too), and nothing else of root.
 * Throws `NOT_ACCESSIBLE` when no way works.
 */
export function postgresAccount(paths: readonly string[], preferred: { uid: number; gid: number } | null = null): Account {
  if (process.getuid?.() !== 0) return ourselves;
  const owner = preferred !== null && preferred.uid !== 0 ? preferred : ordinaryUser();
  const switched: Account = { owner, command: (program, args) => [program, args], credentials: owner };
  if (reaches(switched, paths)) return switched;
  const setpriv = findOnPath('setpriv');
  if (setpriv !== null) {
    const capable: Account = {
      owner,
      credentials: {},
      command: (program, args) => [setpriv, [...keepPathAccess(owner), '--', program, ...args]],
    };
    if (reaches(capable, paths)) return capable;
  }
  throw new ServicesError(
    'NOT_ACCESSIBLE',
    `PostgreSQL cannot run as root, and user ${owner.uid} cannot reach ${paths.join(' and ')}: run this as an ordinary user, set POSTGRES_URI, or move the clone and --data out of root's private directories.`,
  );
}

/** `no_setuid_fixup` matters: without it access(2) ignores capabilities of a non-root user, and PostgreSQL checks its own path with access(2). */
function keepPathAccess(owner: { uid: number; gid: number }): string[] {
  return [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
    '--no-new-privs',
  ];
}

function reaches(account: Account, paths: readonly string[]): boolean {
  const [program, args] = account.command('/bin/sh', ['-c', 'for path; do test -x "$path" || exit 1; done', 'sh', ...paths]);
  return spawnSync(program, args, { ...account.credentials, cwd: '/', stdio: 'ignore' }).status === 0;
}

function ordinaryUser(): { uid: number; gid: number } {
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  return users.get('postgres') ?? users.get('nobody') ?? { uid: 65534, gid: 65534 };
}

function findOnPath(program: string): string | null {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    if (directory !== '' && spawnSync(`${directory}/${program}`, ['--version'], { stdio: 'ignore' }).status === 0)
      return `${directory}/${program}`;
  }
  return null;
}
