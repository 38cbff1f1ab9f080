import type { FastifyInstance } from 'fastify';
import { ServerKitError } from './server-kit-error.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly fallbackToFreePort: boolean;
}

/**
 * Starts listening; the answer is the server's URL.
 * @throws ServerKitError `PORT_TAKEN`, `LISTEN_FAILED`, each with one line that says what to do
 */
export async function listen(app: FastifyInstance, { host, port, fallbackToFreePort }: ListenOptions): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'EADDRINUSE' && fallbackToFreePort && port !== 0) return listen(app, { host, port: 0, fallbackToFreePort: false });
    if (code === 'EADDRINUSE')
      throw new ServerKitError(
        'PORT_TAKEN',
        `Port ${port} on ${host} is in use: stop the process that holds it, or choose another port (0 takes any free one).`,
        { cause },
      );
    if (code === 'EACCES')
      throw new ServerKitError('LISTEN_FAILED', `Port ${port} needs privileges that this process lacks: choose a port above 1023.`, {
        cause,
      });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ServerKitError('LISTEN_FAILED', `${host} is no address of this machine: choose 127.0.0.1 or 0.0.0.0.`, { cause });
    throw cause;
  }
}
