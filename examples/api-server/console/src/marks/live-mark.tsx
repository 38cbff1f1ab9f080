import { useLiveState } from '../reading/live.tsx';

const words = {
  connecting: 'Connecting …',
  live: 'Live',
  broken: 'Not live, trying again',
} as const;

/** Whether what is shown follows what happens. */
export function LiveMark() {
  const state = useLiveState();
  return (
    <span class={`live ${state}`} role="status">
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
        {state === 'live' ? (
          <circle cx="6" cy="6" r="5" fill="currentColor" />
        ) : (
          <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="3 2" />
        )}
      </svg>
      {words[state]}
    </span>
  );
}
