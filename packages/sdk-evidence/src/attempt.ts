// What a publisher says of itself with each attempt, so that MC can count what only the publisher knows: `promotable-attempt: 2;elapsed=1.532`.

export const attemptHeader = 'promotable-attempt';

/** What a publisher says of itself with an attempt. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
  /** Since the publish was asked for, waiting included. */
  readonly elapsedSeconds: number;
}

export function attemptText({ attempt, elapsedSeconds }: Attempt): string {
  return `${attempt};elapsed=${elapsedSeconds.toFixed(3)}`;
}

/** The first attempt, just begun, where nothing or nonsense is said: it is a caller's word and moves figures alone. */
export function readAttempt(text: string | undefined): Attempt {
  const [, attempt, elapsedSeconds] = /^([1-9]\d{0,2});elapsed=(\d{1,6}\.\d{3})$/.exec(text ?? '') ?? [];
  return { attempt: Number(attempt ?? 1), elapsedSeconds: Number(elapsedSeconds ?? 0) };
}
