// Takes what a person wrote, and what names them, out of waivers and overrides. Acts, times and signatures stay.
import type { Transaction } from '@promotable/contracts';
import { approvalsOf, awaitsCountersign, type ExceptionRecord, stateOf } from '../exception-record.ts';
import { GovernanceError } from '../governance-error.ts';
import { erasedText, liesInStatement, textsOf, withoutTexts } from '../words.ts';
import type { GovernanceStore } from './governance-store.ts';

/** Who is forgotten. */
export interface ForgottenPerson {
  readonly tenant: string;
  /** Ids of the principal, `iss#person/<pseudonym>`: prose and notes of whom are erased whole. */
  readonly ids: readonly string[];
  /** Names: every text that holds one as a word is erased, whoever wrote it; upper and lower case are the same. */
  readonly mentions: readonly string[];
}

/** Texts of one exception. */
export interface FoundTexts {
  /** Of the exception. */
  readonly id: string;
  /** Such as `reason` and `note/1`. */
  readonly fields: readonly string[];
}

/** What there is of a person. */
export interface PersonFindings {
  readonly erased: readonly FoundTexts[];
  /** Exceptions that must end first; while there are any, nothing is erased. */
  readonly blocked: readonly { readonly id: string; readonly why: string }[];
  /** Fields that hold a name and stay, since they are signed and chained as they are. */
  readonly remaining: readonly FoundTexts[];
}

/** How it takes part in something larger. */
export interface ForgetOptions {
  readonly store: Pick<GovernanceStore, 'page' | 'replace'>;
  readonly tx: Transaction;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Finds and erases nothing. */
  readonly dryRun: boolean;
}

const pageSize = 500;
const prose: ReadonlySet<string> = new Set(['reason', 'mitigation']);

/** Erases within the transaction, unless something stands against it. @throws {GovernanceError} `CONTENTION` (409, retryable) */
export async function forgetPerson(person: ForgottenPerson, { store, tx, now, dryRun }: ForgetOptions): Promise<PersonFindings> {
  const isNamed = namedBy(person.mentions);
  const found: Finding[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly ExceptionRecord[] = await store.page(person.tenant, after, pageSize);
    for (const record of page) {
      const finding = findingOf(record, person.ids, isNamed, now);
      if (finding !== null) found.push(finding);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) break;
    after = last.id;
  }
  const findings = {
    erased: found.flatMap(({ record: { id }, slots }) => (slots.length === 0 ? [] : [{ id, fields: slots }])),
    blocked: found.flatMap(({ record: { id }, blockedBy }) => (blockedBy === null ? [] : [{ id, why: blockedBy }])),
    remaining: found.flatMap(({ record: { id }, remaining }) => (remaining.length === 0 ? [] : [{ id, fields: remaining }])),
  };
  if (dryRun || findings.blocked.length > 0) return findings;
  for (const { record, slots } of found) {
    if (slots.length === 0) continue;
    const without = withoutTexts(record, slots);
    if (!(await store.replace({ ...without, revision: record.revision + 1 }, { tx })))
      throw new GovernanceError('CONTENTION', 'another writer came first; try again', { retryable: true, status: 409 });
  }
  return findings;
}

interface Finding {
  readonly record: ExceptionRecord;
  readonly slots: readonly string[];
  readonly blockedBy: string | null;
  readonly remaining: readonly string[];
}

function findingOf(record: ExceptionRecord, ids: readonly string[], isNamed: (text: string) => boolean, now: number): Finding | null {
  const wrote = (slot: string): boolean =>
    slot.startsWith('note/') ? isOf(ids, record.acts[Number(slot.slice(5))]?.actor) : prose.has(slot) && isOf(ids, record.requestedBy);
  const slots = textsOf(record).flatMap(({ slot, text }) => (text !== erasedText && (wrote(slot) || isNamed(text)) ? [slot] : []));
  const { suite, rule, path, requestedBy, idempotencyKey, acts } = record;
  const fixed = {
    suite,
    rule,
    path,
    requestedBy,
    idempotencyKey,
    ...Object.fromEntries(acts.map(({ actor }, at) => [`acts/${at}`, actor])),
  };
  const remaining = Object.entries(fixed).flatMap(([field, text]) => (text != null && isNamed(text) ? [field] : []));
  const isParty = [requestedBy, record.owner, record.author, ...approvalsOf(record).map(({ actor }) => actor)].some((id) => isOf(ids, id));
  if (slots.length === 0 && remaining.length === 0 && !isParty) return null;
  return { record, slots, blockedBy: slots.length === 0 && !isParty ? null : blockOf(record, slots, now), remaining };
}

/** Under another pseudonym the same person could act on both sides; and a statement that carries the text counts until it ends. */
function blockOf(record: ExceptionRecord, slots: readonly string[], now: number): string | null {
  const state = stateOf(record, now);
  if (awaitsCountersign(record)) return 'break-glass awaits its countersignature';
  if (state === 'requested') return 'the waiver awaits approval: revoke it, or have it approved';
  if (state === 'in_force' && liesInStatement(record, slots)) return 'its statement carries the text itself: revoke it, or let it end';
  return null;
}

function isOf(ids: readonly string[], id: string | null | undefined): boolean {
  return id != null && ids.includes(id);
}

/** Whole words alone: who is called Ann has not written every plan. */
function namedBy(mentions: readonly string[]): (text: string) => boolean {
  const names = mentions.map((name) => new RegExp(`(?<![\\p{L}\\p{N}])${literally(folded(name))}(?![\\p{L}\\p{N}])`, 'u'));
  return (text) => names.some((name) => name.test(folded(text)));
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
