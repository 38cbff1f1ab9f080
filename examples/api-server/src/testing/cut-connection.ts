// A database that can be taken away: MC speaks to it through a port that closes and opens again.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface CutConnection {
  /** The same database, through the port. */
  readonly uri: string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

/** @param uri a `postgres://` URL that names a host and a port */
export async function cutConnection(uri: string): Promise<CutConnection> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  const open = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one
          .on('error', () => undefined)
          .on('close', () => {
            sockets.delete(one);
            other.destroy();
          });
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    return server;
  };
  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const through = new URL(uri);
  through.host = `127.0.0.1:${port}`;
  return {
    uri: through.href,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async restore() {
      server = await open(port);
    },
  };
}
