import { useNow } from '../reading/now.ts';
import { age } from './figures.ts';

/** A point in time as its age; the instant itself in the tooltip and for machines. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {age(now - Date.parse(at))}
    </time>
  );
}
