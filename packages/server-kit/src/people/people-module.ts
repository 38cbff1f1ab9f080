// `/v1/people`: who a pseudonym stands for, and how somebody is forgotten.
import type { SqlClient, Transaction, Transactor } from '@promotable/contracts';
import { z } from 'zod';
import { parseInput } from '../input.ts';
import { principalOf } from '../request-context.ts';
import type { ServerModule } from '../server-module.ts';
import { type ForgetReport, forgetPerson } from './forget-person.ts';
import { listPeople } from './people-table.ts';
import type { PersonalRecords } from './personal-records.ts';

/** People that one answer shows. */
const pageSize = 500;

/** That somebody was forgotten, for the audit trail; it does not say who. */
export interface PersonErased {
  readonly type: 'person.erased';
  readonly tenant: string;
  /** Null where nobody was known to this server, and names alone were taken out. */
  readonly pseudonym: string | null;
  /** Principal who did it. */
  readonly actor: string;
  /** Places, ids and fields; no text. */
  readonly erased: ForgetReport['erased'];
}

/** Where people are on record, and who is told. */
export interface PeopleModuleOptions {
  readonly sql: SqlClient;
  readonly transactor: Transactor;
  /** Whatever else keeps something of people. @default nothing does */
  readonly records?: readonly PersonalRecords[];
  /** Enters an act in the audit trail, as part of the transaction. */
  readonly audit: (act: PersonErased, tx: Transaction) => Promise<void>;
}

const name = z
  .string()
  .trim()
  .min(3)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must be text without control characters');
const Forget = z
  .strictObject({ pseudonym: z.uuid().optional(), mentions: z.array(name).max(20).default([]), dryRun: z.boolean().default(false) })
  .refine(({ pseudonym, mentions }) => pseudonym !== undefined || mentions.length > 0, 'must say whom: by pseudonym, by mentions, or both');
const Page = z.object({ after: z.uuid().optional() });

/** Mounts `GET /v1/people` and `POST /v1/people/erase`: who stands behind a pseudonym, and forgetting them everywhere. */
export function peopleModule({ sql, transactor, records = [], audit }: PeopleModuleOptions): ServerModule {
  return {
    name: 'people',
    routes(app) {
      const config = { scope: 'person:erase' } as const;
      app.get('/v1/people', { config }, async (request) => {
        const { after = null } = parseInput(Page, request.query);
        const people = await listPeople(sql, principalOf(request).tenant, after, pageSize);
        return { people, next: people.length < pageSize ? null : (people.at(-1)?.pseudonym ?? null) };
      });
      // Names come in the body: a path is logged by every proxy on the way.
      app.post('/v1/people/erase', { config }, async (request): Promise<ForgetReport> => {
        const { tenant, id: actor } = principalOf(request);
        const { pseudonym = null, mentions, dryRun } = parseInput(Forget, request.body);
        return transactor.transaction(async (tx) => {
          const report = await forgetPerson({ tenant, pseudonym, mentions, dryRun }, { sql: tx.sql ?? sql, tx, records });
          if (!dryRun) await audit({ type: 'person.erased', tenant, pseudonym, actor, erased: report.erased }, tx);
          return report;
        });
      });
    },
  };
}
