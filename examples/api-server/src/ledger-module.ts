// `GET /v1/ledger/:stream/export`: a tenant takes its own log along and checks it elsewhere.
import { Readable } from 'node:stream';
import { exportLedger, type Ledger } from '@promotable/ledger';
import { principalOf, type ServerModule } from '@promotable/server-kit';
import { ApiServerError } from './api-server-error.ts';

/** A whole log may be long; the connection's own time limits still hold. */
const exportMs = 600_000;

/** `streams`: the logs that this server keeps; any other one is 404, for an empty log would look whole. */
export function ledgerModule(ledger: Ledger, streams: readonly string[]): ServerModule {
  return {
    name: 'ledger',
    routes(app) {
      app.get<{ Params: { stream: string } }>(
        '/v1/ledger/:stream/export',
        { config: { scope: 'ledger:read' }, handlerTimeout: exportMs },
        async (request, reply) => {
          const { stream } = request.params;
          const { tenant } = principalOf(request);
          if (!streams.includes(stream))
            throw new ApiServerError('UNKNOWN_STREAM', `There is no such log; there are ${streams.join(' and ')}.`, { status: 404 });
          const lines = exportLedger(ledger, { tenant, stream }, { signal: request.signal });
          // The first page is read before the answer begins, so that an unreachable database is a 503 and no broken 200.
          const first = await lines.next();
          return reply.type('application/x-ndjson').send(Readable.from(textOf(first, lines)));
        },
      );
    },
  };
}

async function* textOf(first: IteratorResult<string, void>, rest: AsyncGenerator<string, void>): AsyncGenerator<string> {
  if (first.done === true) return;
  yield `${first.value}\n`;
  for await (const line of rest) yield `${line}\n`;
}
