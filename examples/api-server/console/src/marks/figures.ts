// Figures as people read them.

export function milliseconds(value: number): string {
  return `${rounded(value)} ms`;
}

/** From a fraction. */
export function percent(value: number): string {
  return `${rounded(value * 100)} %`;
}

function rounded(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: value >= 100 ? 4 : 3, useGrouping: false }).format(value);
}

export function count(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

export function age(ms: number): string {
  if (ms < 5000) return 'just now';
  return `${duration(ms)} ago`;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** `20` as `20 %`, `complete` as it is. */
export function stageName(stage: string | null): string {
  if (stage === null || stage === '') return 'no stage';
  return /^\d+$/.test(stage) ? `${stage} %` : stage;
}
