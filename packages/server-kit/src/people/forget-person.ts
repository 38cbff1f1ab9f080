// Forgetting somebody: the row that says who they are, and everything that other places keep of them, in one transaction or not at all.
import type { SqlClient, Transaction } from '@promotable/contracts';
import { ServerKitError } from '../server-kit-error.ts';
import { erasePerson, type KnownPerson, knownPerson } from './people-table.ts';
import type { ForgottenPerson, PersonalRecords, PersonFindings } from './personal-records.ts';

/** Shorter names would fit too many words. */
const shortestName = 3;

/** Whom to forget: by pseudonym, by names, or both. */
export interface ForgetRequest {
  readonly tenant: string;
  readonly pseudonym: string | null;
  readonly mentions: readonly string[];
  readonly dryRun: boolean;
}

/** A field of a record in a place. */
export interface PlacedFields {
  readonly place: string;
  readonly id: string;
  readonly fields: readonly string[];
}

/** What was, or would be, forgotten. */
export interface ForgetReport {
  readonly pseudonym: string | null;
  readonly dryRun: boolean;
  readonly erased: readonly PlacedFields[];
  /** What must be closed first; never empty after a refusal, always empty where something was erased. */
  readonly blocked: readonly { readonly place: string; readonly id: string; readonly why: string }[];
  /** What holds a name and stays. */
  readonly remaining: readonly PlacedFields[];
}

export interface ForgetParts {
  readonly sql: SqlClient;
  readonly tx: Transaction;
  readonly records: readonly PersonalRecords[];
}

/** @throws ServerKitError `NOT_FOUND` (404); `PERSON_BUSY` (409) with every record that must be closed first, unless it only looks */
export async function forgetPerson(request: ForgetRequest, { sql, tx, records }: ForgetParts): Promise<ForgetReport> {
  const { tenant, pseudonym, dryRun } = request;
  const known = pseudonym === null ? null : await knownPerson(sql, tenant, pseudonym);
  if (pseudonym !== null && known === null) throw new ServerKitError('NOT_FOUND', 'Nobody is known by this pseudonym.', { status: 404 });
  const person = personOf(request, known);
  const look = await findings(person, records, { tx, dryRun: true });
  const blocked = look.flatMap(({ place, found }) => found.blocked.map((one) => ({ place, ...one })));
  if (blocked.length > 0 && !dryRun) {
    const faults = blocked.map(({ place, id, why }) => ({ path: `/${place}/${id}`, code: 'open', message: why }));
    throw new ServerKitError(
      'PERSON_BUSY',
      `Close first what is still open: ${faults.map(({ path, message }) => `${path} (${message})`).join(', ')}.`,
      {
        status: 409,
        faults,
      },
    );
  }
  const done = dryRun ? look : await findings(person, records, { tx, dryRun });
  if (!dryRun && known !== null) await erasePerson(sql, tenant, known.pseudonym);
  const own =
    known === null ? [] : [{ place: 'people', id: known.pseudonym, fields: known.name === null ? ['subject'] : ['subject', 'name'] }];
  const all = (kind: 'erased' | 'remaining') => done.flatMap(({ place, found }) => found[kind].map((one) => ({ place, ...one })));
  return { pseudonym, dryRun, erased: [...own, ...all('erased')], blocked, remaining: all('remaining') };
}

function personOf({ tenant, mentions }: ForgetRequest, known: KnownPerson | null): ForgottenPerson {
  if (known === null) return { tenant, ids: [], mentions };
  const own = [known.subject, known.name].filter((name): name is string => name !== null && name.trim().length >= shortestName);
  const ids = [`${known.issuer}#person/${known.pseudonym}`];
  return { tenant, ids, mentions: [...new Set([...mentions, ...own])] };
}

async function findings(
  person: ForgottenPerson,
  records: readonly PersonalRecords[],
  options: Parameters<PersonalRecords['forget']>[1],
): Promise<{ readonly place: string; readonly found: PersonFindings }[]> {
  const all = [];
  for (const { place, forget } of records) all.push({ place, found: await forget(person, options) });
  return all;
}
