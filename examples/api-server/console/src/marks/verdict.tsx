import type { JSX } from 'preact';

export type VerdictName = 'pass' | 'fail' | 'hold';

/** A shape of its own for each, so that nobody needs the colour. */
const shapes: Readonly<Record<VerdictName, JSX.Element>> = {
  pass: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path
        d="m4.7 8.3 2.2 2.2 4.4-4.8"
        fill="none"
        stroke="var(--ground)"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </>
  ),
  fail: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" stroke="var(--ground)" stroke-width="1.8" stroke-linecap="round" />
    </>
  ),
  hold: (
    <>
      <path d="M8 .8 15.2 8 8 15.2.8 8z" fill="currentColor" />
      <path d="M6.4 5.6v4.8m3.2-4.8v4.8" stroke="var(--ground)" stroke-width="1.7" stroke-linecap="round" />
    </>
  ),
};

export function Verdict({ verdict, size = 16 }: { verdict: VerdictName; size?: number }) {
  return (
    <span class={`verdict ${verdict}`}>
      <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
        {shapes[verdict]}
      </svg>
      {verdict}
    </span>
  );
}
