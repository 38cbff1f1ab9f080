// What waivers, overrides and messages about them keep of people, as one place that forgets with the rest of MC.
import type { Clock } from '@promotable/contracts';
import { postgresGovernanceStore } from '@promotable/governance/postgres';
import { forgetPerson } from '@promotable/governance/server';
import type { PersonalRecords } from '@promotable/server-kit/tokens';
import type pg from 'pg';
import type { Notifications } from './notifications.ts';

export interface ExceptionWordsParts {
  readonly pool: pg.Pool;
  readonly notifications: Pick<Notifications, 'wordsErased'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function exceptionWords({ pool, notifications, clock }: ExceptionWordsParts): PersonalRecords {
  const store = postgresGovernanceStore(pool);
  return {
    place: 'exceptions',
    async forget(person, { tx, dryRun }) {
      const found = await forgetPerson(person, { store, tx, now: clock.now(), dryRun });
      const ids = found.erased.map(({ id }) => id);
      if (!dryRun && found.blocked.length === 0) await notifications.wordsErased({ tenant: person.tenant, ids }, { tx });
      return found;
    },
  };
}
