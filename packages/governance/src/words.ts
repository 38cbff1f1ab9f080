// What people wrote, beside what is signed: the statement holds salted digests, so that a text can be erased and everything signed stays whole.
import { digestOf } from '@promotable/attest';
import type { SignedWords } from '@promotable/contracts';
import type { ExceptionRecord } from './exception-record.ts';

/** What is shown in the place of a text that was erased. */
export const erasedText = '[erased]';

/** Something that somebody wrote. */
export interface WrittenText {
  /** A field of the record, or `note/3`: the note of its fourth act. */
  readonly slot: string;
  readonly text: string;
}

const fields = ['owner', 'reason', 'mitigation', 'ticket', 'author'] as const;
const noteSlot = (index: number): string => `note/${index}`;

/** Every text of a record in its order. */
export function textsOf(record: ExceptionRecord): WrittenText[] {
  const own = fields.flatMap((slot) => (record[slot] === null ? [] : [{ slot, text: record[slot] }]));
  const notes = record.acts.flatMap(({ note }, index) => (note === null ? [] : [{ slot: noteSlot(index), text: note }]));
  return [...own, ...notes];
}

/** A text as a statement, or the digest of an act, has it. */
export function signedWords({ seals }: Pick<ExceptionRecord, 'seals'>, slot: string, text: string): SignedWords {
  const seal = seals[slot];
  return seal === undefined ? text : { sha256: seal.sha256 };
}

/** As {@link signedWords}, of an act's note. */
export function signedNote(record: Pick<ExceptionRecord, 'seals'>, index: number, note: string | null): SignedWords | null {
  return note === null ? null : signedWords(record, noteSlot(index), note);
}

/** Seals what was written since there were so many acts; what a statement carries as text already stays a text. */
export function sealed(record: ExceptionRecord, actsBefore: number, newSalt: () => string): ExceptionRecord {
  const isNew = (slot: string): boolean =>
    slot.startsWith('note/') ? Number(slot.slice('note/'.length)) >= actsBefore : record.bundle === null;
  const added = textsOf(record).flatMap(({ slot, text }) => {
    if (record.seals[slot] !== undefined || !isNew(slot)) return [];
    const salt = newSalt();
    return [[slot, { sha256: digestOf({ salt, text }), salt }] as const];
  });
  return added.length === 0 ? record : { ...record, seals: { ...record.seals, ...Object.fromEntries(added) } };
}

/** The record with other texts in some of its slots. */
export function withTexts(record: ExceptionRecord, texts: ReadonlyMap<string, string>): ExceptionRecord {
  const own = Object.fromEntries(fields.flatMap((slot) => (texts.has(slot) ? [[slot, texts.get(slot)]] : [])));
  const acts = record.acts.map((act, index) => ({ ...act, note: texts.get(noteSlot(index)) ?? act.note }));
  return { ...record, ...own, acts };
}

/** Whether erasing these would take a text out of the statement itself, which then goes as a whole. */
export function liesInStatement({ bundle, seals }: Pick<ExceptionRecord, 'bundle' | 'seals'>, slots: readonly string[]): boolean {
  return bundle !== null && slots.some((slot) => !slot.startsWith('note/') && seals[slot] === undefined);
}

/** The record without these texts and their salts; signatures over sealed ones go on counting. */
export function withoutTexts(record: ExceptionRecord, slots: readonly string[]): ExceptionRecord {
  const seals = Object.fromEntries(
    Object.entries(record.seals).map(([slot, { sha256, salt }]) => [slot, { sha256, salt: slots.includes(slot) ? null : salt }]),
  );
  return {
    ...withTexts(record, new Map(slots.map((slot) => [slot, erasedText]))),
    seals,
    bundle: liesInStatement(record, slots) ? null : record.bundle,
    // It is made of the texts and has no salt.
    requestDigest: erasedText,
  };
}
