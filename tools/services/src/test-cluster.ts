import { startPostgres } from './postgres/postgres.ts';

/** Environment variable through which a vitest run tells its workers where to ask for the shared cluster. */
export const clusterSocketVariable = 'PROMOTABLE_TEST_CLUSTER_SOCKET';

let own: Promise<string> | null = null;

/** Superuser URI of the cluster that tests share: the user's `POSTGRES_URI`, else the one of this vitest run, else one for this process alone. */
export async function testClusterUri(): Promise<string> {
  const given = process.env['POSTGRES_URI'];
  if (given !== undefined && given !== '') return given;
  const socket = process.env[clusterSocketVariable];
  if (socket !== undefined && socket !== '') return askForCluster(socket);
  own ??= startPostgres().then(({ uri }) => uri);
  return own;
}

async function askForCluster(socket: string): Promise<string> {
  const { connect } = await import('node:net');
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    connect(socket)
      .on('data', (chunk) => (text += chunk.toString()))
      .on('end', () => resolve(text))
      .on('error', reject);
  });
  const { uri, error } = JSON.parse(answer) as { uri?: string; error?: string };
  if (uri === undefined) throw new Error(error ?? 'the test cluster did not start');
  return uri;
}
