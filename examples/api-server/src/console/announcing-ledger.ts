// Every record and every decision enters the ledger, so that is where news is heard: after the commit, for every MC on the database.
import type { Logger, SqlClient } from '@promotable/contracts';
import { decisionStream } from '@promotable/gate/server';
import type { LedgerEntry, SealableLedger } from '@promotable/ledger';
import { evidenceStream } from '@promotable/sdk-evidence/server';
import { type ActivityNotice, channel } from './activity-notice.ts';

/** The same ledger; what it takes and seals is announced. News that is lost harms nobody: an open page reads anew when it reconnects. */
export function announcingLedger(ledger: SealableLedger, sql: SqlClient, log: Logger): SealableLedger {
  const announce = announcer(sql, log);
  return {
    ...ledger,
    async append(entries, options) {
      const receipts = await ledger.append(entries, options);
      const notices = entries.flatMap(noticeOf);
      if (notices.length > 0) options.tx.onCommit(() => announce(notices));
      return receipts;
    },
    async seal(stream, options) {
      const result = await ledger.seal(stream, options);
      if (result.status === 'sealed' && result.sealed > 0)
        announce([{ tenant: stream.tenant, what: 'sealed', service: null, releaseId: null }]);
      return result;
    },
  };
}

/** Entries name their subject: evidence `service/release/…`, decisions `kind/service/release/…`. */
function noticeOf({ tenant, stream, subject }: LedgerEntry): ActivityNotice[] {
  const parts = subject.split('/');
  const isEvidence = stream === evidenceStream(tenant).stream;
  if (!isEvidence && stream !== decisionStream) return [];
  const [service, releaseId] = isEvidence ? parts : parts.slice(1);
  return service === undefined || releaseId === undefined
    ? []
    : [{ tenant, what: isEvidence ? 'evidence' : 'decision', service, releaseId }];
}

/** One statement at a time, the same news once in it: a burst costs the database no more than a trickle. */
function announcer(sql: SqlClient, log: Logger): (notices: readonly ActivityNotice[]) => void {
  const waiting = new Set<string>();
  let sending = false;
  const send = async (): Promise<void> => {
    sending = true;
    while (waiting.size > 0) {
      const payloads = [...waiting];
      waiting.clear();
      await sql
        .query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [channel, payloads])
        .catch((error: unknown) => log.warn({ err: error }, 'news could not be announced'));
    }
    sending = false;
  };
  return (notices) => {
    for (const notice of notices) waiting.add(JSON.stringify(notice));
    if (!sending) void send();
  };
}
