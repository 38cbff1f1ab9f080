import { useCallback, useEffect, useState } from 'preact/hooks';
import { query, QueryError } from './query.ts';

export interface Reading<Data> {
  /** What was read last, also while it is read anew; null before the first answer. */
  readonly data: Data | null;
  readonly loading: boolean;
  /** In words; null while all is well. */
  readonly problem: string | null;
  readonly reload: () => void;
}

/** Reads once, and again whenever id or variables change or `reload` is called; the answer that is asked for last is the one shown. */
export function useQuery<Data>(id: string, variables: object, onEnded: () => void): Reading<Data> {
  const asked = JSON.stringify([id, variables]);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ asked: string; data: Data | null; loading: boolean; problem: string | null }>({
    ...{ asked, data: null, loading: true, problem: null },
  });
  useEffect(() => {
    const stop = new AbortController();
    setState((known) => ({ ...known, asked, data: known.asked === asked ? known.data : null, loading: true }));
    query<Data>(id, variables, stop.signal)
      .then((data) => setState({ asked, data, loading: false, problem: null }))
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        if (error instanceof QueryError && error.ended) onEnded();
        else setState((known) => ({ ...known, loading: false, problem: (error as Error).message }));
      });
    return () => stop.abort();
  }, [asked, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  return { ...state, reload };
}
