import { EvidenceError } from '../evidence-error.ts';

/** What became of the reports of one item: read, refused, or not given. */
export interface Attempt<Reading> {
  readonly reading: Reading | null;
  readonly error: EvidenceError | null;
}

export function attempt<Report, Reading>(report: Report | undefined, read: (report: Report) => Reading): Attempt<Reading> {
  try {
    return { reading: report === undefined ? null : read(report), error: null };
  } catch (error) {
    return refused(error);
  }
}

export async function attemptStream<Report, Reading>(
  report: Report | undefined,
  read: (report: Report) => Promise<Reading>,
): Promise<Attempt<Reading>> {
  try {
    return { reading: report === undefined ? null : await read(report), error: null };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Attempt<never> {
  if (error instanceof EvidenceError) return { reading: null, error };
  throw error;
}
