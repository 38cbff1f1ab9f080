// `/v1/retention`: runs the removal a batch at a time, and keeps the legal holds that it respects.
import { digestOf } from '@promotable/attest';
import { ServiceName } from '@promotable/contracts';
import { parseInput, principalOf, requireService, ServerKitError, type ServerModule } from '@promotable/server-kit';
import { z } from 'zod';
import { type BatchReport, retentionRun, retentionStream, type RetentionParts } from './retention-run.ts';
import { statements } from './retention-statements.ts';

const Run = z.strictObject({
  dryRun: z.boolean(),
  limit: z.int().min(1).max(500).default(200),
  after: z
    .strictObject({ service: z.string().max(256), releaseId: z.string().max(256) })
    .nullable()
    .default(null),
});
const NewHold = z.strictObject({
  service: ServiceName,
  releaseId: z.string().min(1).max(128).optional(),
  ticket: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/#-]{0,127}$/, 'must be the id of a ticket: 1 to 128 letters, digits, ".", "_", "/", "#" or "-"'),
});

interface HoldRow {
  readonly id: string;
  readonly service: string;
  readonly release_id: string | null;
  readonly ticket: string;
  readonly placed_by: string;
  readonly placed_at: Date;
  readonly lifted_by: string | null;
  readonly lifted_at: Date | null;
}

/** Mounts `POST /v1/retention/run` and the holds. */
export function retentionModule(parts: RetentionParts): ServerModule {
  const { sql, transactor, ledger, clock } = parts;
  const run = retentionRun(parts);

  /** A hold changes under the lock of the removal, so that one that was acknowledged is never overtaken. */
  function changeHold(
    tenant: string,
    actor: string,
    type: 'hold.placed' | 'hold.lifted',
    query: readonly [string, unknown[]],
  ): Promise<HoldRow> {
    return transactor.transaction(async (tx) => {
      const client = tx.sql ?? sql;
      await client.query(statements.lock, [tenant]);
      const [row] = (await client.query<HoldRow>(...query)).rows;
      if (row === undefined) throw new ServerKitError('NOT_FOUND', 'There is no such hold in force.', { status: 404 });
      const { id, service, release_id, ticket } = row;
      const bodyDigest = digestOf({ id, service, releaseId: release_id, ticket });
      const at = new Date(clock.now()).toISOString();
      await ledger.append([{ tenant, stream: retentionStream, type, subject: `hold/${id}`, bodyDigest, actor, at }], { tx });
      return row;
    });
  }

  return {
    name: 'retention',
    routes(app) {
      app.post('/v1/retention/run', { config: { scope: 'retention:run' } }, async (request): Promise<BatchReport> => {
        const principal = principalOf(request);
        requireService(principal, '*');
        return run({ tenant: principal.tenant, actor: principal.id, ...parseInput(Run, request.body) });
      });
      app.get('/v1/retention/holds', { config: { scope: 'retention:hold' } }, async (request) => ({
        holds: (await sql.query<HoldRow>(statements.holds, [principalOf(request).tenant])).rows.map(shown),
      }));
      app.post('/v1/retention/holds', { config: { scope: 'retention:hold' } }, async (request, reply) => {
        const principal = principalOf(request);
        const { service, releaseId = null, ticket } = parseInput(NewHold, request.body);
        requireService(principal, service);
        const values = [principal.tenant, service, releaseId, ticket, principal.id, new Date(clock.now())];
        return reply
          .status(201)
          .send(shown(await changeHold(principal.tenant, principal.id, 'hold.placed', [statements.placeHold, values])));
      });
      app.post<{ Params: { id: string } }>('/v1/retention/holds/:id/lift', { config: { scope: 'retention:hold' } }, async (request) => {
        const principal = principalOf(request);
        const id = z.uuid().safeParse(request.params.id);
        if (!id.success) throw new ServerKitError('NOT_FOUND', 'There is no such hold in force.', { status: 404 });
        const values = [principal.tenant, id.data, principal.id, new Date(clock.now())];
        return shown(await changeHold(principal.tenant, principal.id, 'hold.lifted', [statements.liftHold, values]));
      });
    },
  };
}

function shown({ id, service, release_id, ticket, placed_by, placed_at, lifted_by, lifted_at }: HoldRow): object {
  return {
    ...{ id, service, releaseId: release_id, ticket, placedBy: placed_by, placedAt: placed_at.toISOString() },
    ...{ liftedBy: lifted_by, liftedAt: lifted_at?.toISOString() ?? null },
  };
}
