// A notification as Block Kit (https://docs.slack.dev/reference/block-kit/blocks): what happened, why, what to do, where to look.
import { type DecisionNotification, type ExceptionNotification, headline, type Notification } from '../notification.ts';
import { code, cut, escaped, link } from './mrkdwn.ts';

/** The part of Block Kit that is used. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | { readonly type: 'context'; readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[] };

/** The body of an incoming webhook. */
export interface SlackMessage {
  /** What notifications and screen readers say. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Slack takes at most 50 blocks; a person reads fewer. */
const maxReasons = 5;
/** Signs beside words: colour alone tells some people nothing. */
const signs = { pass: '✅', fail: '❌', hold: '⏸', long_hold: '⏰', exception: '⚠️' } as const;

/** A notification in blocks, with a text for where these are not shown; what callers wrote is escaped. */
export function slackMessage(notification: Notification): SlackMessage {
  const title = `${signs[notification.kind]} ${headline(notification)}`;
  const body = notification.kind === 'exception' ? exceptionBlocks(notification) : decisionBlocks(notification);
  return {
    text: escaped(title, 300),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(title, 150), emoji: false } },
      ...body,
      { type: 'context', elements: [{ type: 'mrkdwn', text: contextOf(notification) }] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function decisionBlocks({ reasons, warnings, override, heldSince }: DecisionNotification): SlackBlock[] {
  return [
    ...reasons
      .slice(0, maxReasons)
      .map((reason) => section(`*${reason.code}* ${escaped(reason.message, 1500)}\n_${escaped(reason.fix, 1000)}_`)),
    ...more('reasons', reasons.length - maxReasons),
    ...(override === null ? [] : [section(`It goes on by the override ${code(override)}.`)]),
    ...warnings.slice(0, maxReasons).map((warning) => section(`warning *${warning.code}* ${escaped(warning.message)}`)),
    ...more('warnings', warnings.length - maxReasons),
    ...(heldSince === null ? [] : [section(`Held since ${escaped(heldSince)}.`)]),
  ];
}

function exceptionBlocks({ actor, codes, stages, reason, ticket, expiresAt, exceptionId }: ExceptionNotification): SlackBlock[] {
  return [
    section(`${code(actor)} for ${escaped(codes.join(', '), 300)}, stages ${escaped(stages.join(', '), 100)}, until ${escaped(expiresAt)}`),
    section(`${escaped(reason, 2000)}\n${escaped(ticket, 300)} · ${code(exceptionId)}`),
  ];
}

function contextOf(notification: Notification): string {
  const { subject, runbookUrl, traceId, digests } = notification;
  const decisionUrl = notification.kind === 'exception' ? null : notification.decisionUrl;
  return [
    `tenant ${code(subject.tenant)}`,
    ...digests.slice(0, 3).map((digest) => code(digest.slice(0, 19))),
    ...(decisionUrl === null ? [] : [link(decisionUrl, 'decision')]),
    ...(runbookUrl === null ? [] : [link(runbookUrl, 'runbook')]),
    ...(traceId === null ? [] : [`trace ${code(traceId)}`]),
  ].join(' · ');
}

function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function more(what: string, count: number): SlackBlock[] {
  return count > 0 ? [section(`and ${count} more ${what}`)] : [];
}
