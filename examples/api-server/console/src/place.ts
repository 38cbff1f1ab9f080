// Where the reader is: path and query of the address bar, which a reload or a link to a colleague keeps.
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  readonly path: string;
  readonly params: URLSearchParams;
}

const changed = 'promotable:place';

export function usePlace(): Place {
  const [href, setHref] = useState(location.href);
  useEffect(() => {
    const follow = () => setHref(location.href);
    window.addEventListener('popstate', follow);
    window.addEventListener(changed, follow);
    return () => {
      window.removeEventListener('popstate', follow);
      window.removeEventListener(changed, follow);
    };
  }, []);
  const { pathname, searchParams } = new URL(href);
  return { path: pathname, params: searchParams };
}

/** `replace`: the same page in another state, which is no step to go back to. */
export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  window.dispatchEvent(new Event(changed));
}

export function releaseHref(service: string, releaseId: string): string {
  return `/release?${new URLSearchParams({ service, release: releaseId })}`;
}
