import type { CacheOptions } from '../cache/cache.ts';
import { type RunningProcess, startProcess, type StartOptions } from '../process/start-process.ts';
import { ociRegistryProgram } from './program.ts';

/** What the registry asks for, and what it can. */
export interface OciRegistryOptions extends StartOptions, CacheOptions {
  /** Whether it has the referrers API; one without leaves the fallback tag to its clients. @default true */
  readonly referrers?: boolean;
  /** Who may come in (HTTP basic authentication). @default everybody */
  readonly account?: { readonly user: string; readonly password: string };
}

/** A running OCI registry, empty at first; what is pushed is kept in memory. */
export interface OciRegistry extends RunningProcess {
  /** `127.0.0.1:port`, as it stands before the name of a repository. */
  readonly host: string;
}

/**
 * Starts an OCI registry (Distribution API 1.1). It ignores the `artifactType` filter of the referrers API and sends no `OCI-Subject` header.
 * Throws `PART_UNAVAILABLE`, `START_FAILED` or `ABORTED`.
 */
export async function startOciRegistry(options: OciRegistryOptions = {}): Promise<OciRegistry> {
  const program = await ociRegistryProgram(options);
  const { referrers = true, account } = options;
  const running = await startProcess(
    {
      name: 'oci-registry',
      readyMs: 30_000,
      command: ({ ports: [port] }) => ({
        program,
        args: [`-listen=127.0.0.1:${port}`, `-referrers=${referrers}`, ...(account === undefined ? [] : [`-user=${account.user}`])],
        environment: account === undefined ? {} : { REGISTRY_PASSWORD: account.password },
      }),
      ready: /listening on/,
    },
    options,
  );
  return { ...running, host: `127.0.0.1:${running.site.ports[0]}` };
}
