// The port by which whatever else keeps something of a person takes part in forgetting them.
import type { Transaction } from '@promotable/contracts';

/** Who is forgotten. */
export interface ForgottenPerson {
  readonly tenant: string;
  /** Ids by which the person is known as a principal; they are pseudonyms and may stay. */
  readonly ids: readonly string[];
  /** Names: whatever text holds one is to go. */
  readonly mentions: readonly string[];
}

/** Fields of one record. */
export interface PersonalFields {
  readonly id: string;
  readonly fields: readonly string[];
}

/** What there is of a person in one place. */
export interface PersonFindings {
  readonly erased: readonly PersonalFields[];
  /** Records that must be closed first; while there are any, nobody erases anything. */
  readonly blocked: readonly { readonly id: string; readonly why: string }[];
  /** Fields that hold a name and cannot be erased. */
  readonly remaining: readonly PersonalFields[];
}

/** Keeps something of people. Port. */
export interface PersonalRecords {
  /** Names the place in answers. */
  readonly place: string;
  /** Erases within the transaction; with `dryRun`, or where something blocks, it finds alone. */
  forget(person: ForgottenPerson, options: { readonly tx: Transaction; readonly dryRun: boolean }): Promise<PersonFindings>;
}
