import { useNow } from '../reading/now.ts';
import { duration } from './figures.ts';

/** How long something has lasted; its beginning in the tooltip and for machines. */
export function Elapsed({ since }: { since: string }) {
  const now = useNow();
  return (
    <time dateTime={since} title={`since ${new Date(since).toLocaleString()}`}>
      {duration(now - Date.parse(since))}
    </time>
  );
}
