// News from Mission Control: one stream of server-sent events for the whole page, opened again whenever it breaks.
import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';

export interface News {
  readonly what: 'evidence' | 'decision' | 'sealed';
  readonly service: string | null;
  readonly releaseId: string | null;
}

/** Null: the stream is open again after it was not, so anything may be new. */
type Listener = (news: News | null) => void;

interface Live {
  readonly state: 'connecting' | 'live' | 'broken';
  readonly listeners: Set<Listener>;
}

const LiveContext = createContext<Live>({ state: 'connecting', listeners: new Set() });

/** First wait before another attempt, and the longest, milliseconds. */
const [firstWait, longestWait] = [1000, 30_000];

export function LiveProvider({ children }: { children: ComponentChildren }) {
  const [state, setState] = useState<Live['state']>('connecting');
  const listeners = useRef(new Set<Listener>()).current;
  useEffect(() => connect(setState, listeners), [listeners]);
  const live = useMemo(() => ({ state, listeners }), [state, listeners]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

function connect(setState: (state: Live['state']) => void, listeners: Set<Listener>): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = firstWait;
  let missed = false;
  const tell = (news: News | null) => {
    for (const listener of listeners) listener(news);
  };
  const open = () => {
    source = new EventSource('/console/events');
    source.addEventListener('ready', () => {
      wait = firstWait;
      setState('live');
      if (missed) tell(null);
      missed = false;
    });
    source.addEventListener('news', ({ data }: MessageEvent<string>) => tell(JSON.parse(data) as News));
    source.addEventListener('error', () => {
      missed = true;
      setState('broken');
      source?.close();
      timer = setTimeout(open, wait);
      wait = Math.min(longestWait, wait * 2);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

export function useLiveState(): Live['state'] {
  return useContext(LiveContext).state;
}

/** Calls `onNews` for each piece of news; with null when some may have been missed. */
export function useNews(onNews: Listener): void {
  const { listeners } = useContext(LiveContext);
  const latest = useRef(onNews);
  latest.current = onNews;
  useEffect(() => {
    const listener: Listener = (news) => latest.current(news);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listeners]);
}
