// From the role of a container to the command it runs, with the paths that the manifests mount.
type Environment = Readonly<Record<string, string | undefined>>;

const mounted = ['--token-file', '/var/run/secrets/promotable/token', '--root', '/etc/promotable/root.pem'] as const;

/** The `mc` command of a role; further arguments come last, so that they win. */
export function commandOf([role, ...rest]: readonly string[], env: Environment): string[] {
  // Outside of a cluster nothing is mounted; `mc` finds the local Mission Control.
  const files = env['KUBERNETES_SERVICE_HOST'] === undefined ? [] : mounted;
  if (role === 'adapter') return ['gate', 'serve', ...files, ...(files.length === 0 ? [] : inCluster), ...rest];
  if (role === 'job') return ['gate', 'rollout', ...files, '--json', ...rest];
  return [...(role === undefined ? ['--help'] : [role]), ...rest];
}

/** State lies on a volume of the pod: it outlives a container that ends, not the pod. */
const inCluster = [
  ...['--host', '0.0.0.0', '--drain-notice', '5s'],
  ...['--state', '/var/lib/promotable/state.json', '--overrides', '/etc/promotable-overrides'],
  ...['--proven', '/var/lib/promotable/proven.json'],
] as const;
