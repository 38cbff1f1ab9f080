// Which messages follow from what happened, and when they are due. On transitions only: an unchanged verdict tells nobody anything.
import type { DecisionNotification, ExceptionNotification, NotificationKind } from './notification.ts';
import type { Notifier } from './notifier.ts';
import type { Outbox, OutboxMessage, OutboxWriteOptions } from './outbox/outbox.ts';

/** A decision that was recorded, and the last one before it about the same subject, whatever its question. */
export interface DecidedSubject {
  readonly notification: Omit<DecisionNotification, 'kind' | 'previousVerdict'>;
  readonly previous: {
    readonly verdict: DecisionNotification['verdict'];
    /** Codes of its reasons. */
    readonly codes: readonly string[];
    readonly override: string | null;
    /** RFC 3339; null unless it was held. */
    readonly heldSince: string | null;
  } | null;
}

/** How notifications are queued. */
export interface DispatchOptions {
  readonly outbox: Pick<Outbox, 'enqueue' | 'withdraw' | 'reword' | 'eraseWords'>;
  readonly channels: readonly Pick<Notifier, 'channel' | 'kinds'>[];
  /** How long a hold lasts before people are told, milliseconds. @default 300_000 */
  readonly holdNotifyMs?: number;
  /** How long a hold lasts before somebody is paged, milliseconds. @default 900_000 */
  readonly holdPageMs?: number;
}

/** Queues notifications as part of the transaction of what they tell of. */
export interface Dispatch {
  decided(subject: DecidedSubject, options: OutboxWriteOptions): Promise<void>;
  /** `createdAt`: milliseconds since the Unix epoch. */
  acted(notification: Omit<ExceptionNotification, 'kind'>, options: OutboxWriteOptions): Promise<void>;
  /** Takes what people wrote out of whatever is kept about these waivers and overrides; what has left is with its receiver. */
  wordsErased(exceptions: Readonly<{ tenant: string; ids: readonly string[] }>, options: OutboxWriteOptions): Promise<void>;
}

const holdKinds: readonly NotificationKind[] = ['hold', 'long_hold'];

/** A dispatch over an outbox; it delivers nothing, see {@link createCourier}. */
export function createDispatch({ outbox, channels, holdNotifyMs = 300_000, holdPageMs = 900_000 }: DispatchOptions): Dispatch {
  /** One message for each channel that takes its kind. */
  function messages(topic: string, notification: DecisionNotification | ExceptionNotification, dueAt: number): OutboxMessage[] {
    const { kind, id, at } = notification;
    const message = { id: `${id}/${kind}`, topic, kind, dueAt, createdAt: Date.parse(at), notification };
    return channels.filter(({ kinds }) => kinds.includes(kind)).map(({ channel }) => ({ channel, ...message }));
  }

  return {
    async decided({ notification, previous }, { tx }) {
      const topic = topicOf(notification);
      const { verdict, at, heldSince } = notification;
      const told = { ...notification, previousVerdict: previous?.verdict ?? null };
      if (verdict !== 'hold') {
        await outbox.withdraw({ topic, kinds: holdKinds }, { tx });
        if (isTransition(notification, previous)) await outbox.enqueue(messages(topic, { ...told, kind: verdict }, Date.parse(at)), { tx });
        return;
      }
      // One message and one page for each spell of holding, however often its reasons change; they say the latest ones.
      if (previous?.verdict === 'hold') return outbox.reword({ topic, kinds: holdKinds }, told, { tx });
      const since = Date.parse(heldSince ?? at);
      const held = messages(topic, { ...told, kind: 'hold' }, since + holdNotifyMs);
      await outbox.enqueue([...held, ...messages(topic, { ...told, kind: 'long_hold' }, since + holdPageMs)], { tx });
    },

    async acted(notification, { tx }) {
      const topic = exceptionTopic(notification.subject.tenant, notification.exceptionId);
      await outbox.enqueue(messages(topic, { ...notification, kind: 'exception' }, Date.parse(notification.at)), { tx });
    },

    async wordsErased({ tenant, ids }, { tx }) {
      const topics = ids.map((id) => exceptionTopic(tenant, id));
      if (topics.length > 0) await outbox.eraseWords(topics, { tx });
    },
  };
}

/** The subject of a decision: `["acme","checkout","1.4.1","production","20"]`. */
function topicOf({ subject }: DecidedSubject['notification']): string {
  const { tenant, service, releaseId, environment, stage } = subject;
  return JSON.stringify([tenant, service, releaseId, environment, stage]);
}

function exceptionTopic(tenant: string, id: string): string {
  return `exception/${tenant}/${id}`;
}

function isTransition({ verdict, reasons, override }: DecidedSubject['notification'], previous: DecidedSubject['previous']): boolean {
  if (previous === null || previous.verdict !== verdict || previous.override !== override) return true;
  // A reason that went away leaves the rest as it was told.
  return reasons.some(({ code }) => !previous.codes.includes(code));
}
