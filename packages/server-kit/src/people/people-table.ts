// People in PostgreSQL, in the schema `access`: who a pseudonym stands for, until somebody asks to be forgotten.
import type { Clock, SqlClient } from '@promotable/contracts';
import { ServerKitError } from '../server-kit-error.ts';
import type { People } from '../auth/people.ts';

/** Somebody, and the name that everything else knows them by. */
export interface KnownPerson {
  /** A UUID, drawn once. */
  readonly pseudonym: string;
  readonly issuer: string;
  readonly subject: string;
  /** As the issuer says it; null where it says none. */
  readonly name: string | null;
  readonly firstSeenAt: Date;
}

/** Pseudonyms over a database: looked up once per token, written once per person and when a name changes. */
export function postgresPeople(sql: SqlClient, clock: Clock): People {
  return {
    async pseudonymOf({ tenant, issuer, subject, name }) {
      try {
        const known = await sql.query<{ pseudonym: string }>(
          'SELECT pseudonym FROM access.people WHERE tenant = $1 AND issuer = $2 AND subject = $3 AND name IS NOT DISTINCT FROM $4',
          [tenant, issuer, subject, name],
        );
        if (known.rows[0] !== undefined) return known.rows[0].pseudonym;
        const { rows } = await sql.query<{ pseudonym: string }>(
          `INSERT INTO access.people (tenant, issuer, subject, name, first_seen_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (tenant, issuer, subject) DO UPDATE SET name = excluded.name RETURNING pseudonym`,
          [tenant, issuer, subject, name, new Date(clock.now())],
        );
        return rows[0]?.pseudonym ?? '';
      } catch (cause) {
        throw new ServerKitError('AUTH_UNAVAILABLE', 'Tokens cannot be verified at the moment.', {
          ...{ status: 503, retryable: true, retryAfterSeconds: 5, cause, reason: 'records of people unreachable' },
        });
      }
    },
  };
}

/** Everybody that a tenant knows, by pseudonym from behind one on. */
export async function listPeople(sql: SqlClient, tenant: string, after: string | null, limit: number): Promise<KnownPerson[]> {
  const { rows } = await sql.query<KnownPerson>(
    `SELECT pseudonym, issuer, subject, name, first_seen_at AS "firstSeenAt" FROM access.people
     WHERE tenant = $1 AND ($2::uuid IS NULL OR pseudonym > $2) ORDER BY pseudonym LIMIT $3`,
    [tenant, after, limit],
  );
  return rows;
}

/** Who a pseudonym stands for, kept from changing until the transaction ends; null where nobody is known by it. */
export async function knownPerson(sql: SqlClient, tenant: string, pseudonym: string): Promise<KnownPerson | null> {
  const { rows } = await sql.query<KnownPerson>(
    `SELECT pseudonym, issuer, subject, name, first_seen_at AS "firstSeenAt" FROM access.people
     WHERE tenant = $1 AND pseudonym = $2 FOR UPDATE`,
    [tenant, pseudonym],
  );
  return rows[0] ?? null;
}

/** Deletes who a pseudonym stands for. */
export async function erasePerson(sql: SqlClient, tenant: string, pseudonym: string): Promise<void> {
  await sql.query('DELETE FROM access.people WHERE tenant = $1 AND pseudonym = $2', [tenant, pseudonym]);
}
