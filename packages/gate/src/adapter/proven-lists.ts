// Which places an adapter keeps lists of proven digests of, and when they are fetched.
import { isCodedError, type GateQuestion, type Logger } from '@promotable/contracts';
import type { ClientAnswer } from '../client/gate-client-options.ts';
import { placeKey } from '../client/proven-store.ts';
import { refreshProven, type RefreshProvenOptions } from '../client/refresh-proven.ts';

type Place = Pick<GateQuestion, 'service' | 'environment'>;

/** Places that lists are fetched of; one more is not remembered until the process ends. */
const maxPlaces = 1000;
/** Fetched at once. */
const abreast = 8;

/** Notes what is asked about, and fetches the lists of it. */
export interface ProvenListKeeper {
  /** A place that MC has answered about for the first time is fetched at once, beside the answer. */
  note(place: Place, answer: Pick<ClientAnswer, 'source'>): void;
  /** Never rejects: what could not be fetched is told to the log, and what is kept stays. */
  refresh(): Promise<void>;
}

export function provenLists(options: Omit<RefreshProvenOptions, 'service' | 'environment'>, logger: Logger): ProvenListKeeper {
  const places = new Map<string, Place>();

  async function refreshOne({ service, environment }: Place): Promise<void> {
    try {
      await refreshProven({ ...options, service, environment });
    } catch (error) {
      logger.warn(
        { err: error, error_code: isCodedError(error) ? error.code : 'INTERNAL', service, environment },
        'proven digests not fetched',
      );
    }
  }

  return {
    note({ service, environment }, { source }) {
      const key = placeKey({ service, environment });
      if (source !== 'mc' || places.has(key) || places.size >= maxPlaces) return;
      places.set(key, { service, environment });
      void refreshOne({ service, environment });
    },
    async refresh() {
      const kept = await options.proven.load().catch(() => null);
      const due = [...new Map([...Object.entries(kept?.lists ?? {}), ...places]).values()];
      for (let from = 0; from < due.length; from += abreast) await Promise.all(due.slice(from, from + abreast).map(refreshOne));
    },
  };
}
