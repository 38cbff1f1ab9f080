// `/v1/people`: who a pseudonym stands for, and how somebody is forgotten.
import type { SqlClient, Transaction, Transactor } from '@promotable/contracts';
import { z } from 'zod';
import { principalOf } from '../request-context.ts';
import type { ServerModule } from '../server-module.ts';
import { ServerKitError } from '../server-kit-error.ts';
import { erasePerson, listPeople } from './people-table.ts';

/** People that one listing shows. */
const maxListed = 500;

/** That somebody was forgotten, for the audit trail; it does not say who. */
export interface PersonErased {
  readonly type: 'person.erased';
  readonly tenant: string;
  readonly pseudonym: string;
  /** Principal who did it. */
  readonly actor: string;
}

/** Where people are on record, and who is told. */
export interface PeopleModuleOptions {
  readonly sql: SqlClient;
  readonly transactor: Transactor;
  /** Enters an act in the audit trail, as part of the transaction. */
  readonly audit: (act: PersonErased, tx: Transaction) => Promise<void>;
}

/** Mounts `GET /v1/people` and `POST /v1/people/:id/erase`: who stands behind a pseudonym, and forgetting it. */
export function peopleModule({ sql, transactor, audit }: PeopleModuleOptions): ServerModule {
  return {
    name: 'people',
    routes(app) {
      app.get('/v1/people', { config: { scope: 'person:erase' } }, async (request) => ({
        people: await listPeople(sql, principalOf(request).tenant, maxListed),
      }));
      app.post<{ Params: { id: string } }>('/v1/people/:id/erase', { config: { scope: 'person:erase' } }, async (request) => {
        const { tenant, id: actor } = principalOf(request);
        const pseudonym = z.uuid().safeParse(request.params.id);
        const nobody = () => new ServerKitError('NOT_FOUND', 'Nobody is known by this pseudonym.', { status: 404 });
        if (!pseudonym.success) throw nobody();
        await transactor.transaction(async (tx) => {
          if (!(await erasePerson(tx.sql ?? sql, tenant, pseudonym.data))) throw nobody();
          await audit({ type: 'person.erased', tenant, pseudonym: pseudonym.data, actor }, tx);
        });
        return { pseudonym: pseudonym.data, erased: true };
      });
    },
  };
}
