import { useEffect, useState } from 'preact/hooks';

/** The time, read again every few seconds, so that "3 minutes ago" stays true. */
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
