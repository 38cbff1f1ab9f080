import { useEffect, useRef } from 'preact/hooks';
import { ReleaseList } from './list/release-list.tsx';
import { usePlace } from './place.ts';
import { Login } from './login.tsx';
import { LiveProvider } from './reading/live.tsx';
import { useSession } from './reading/session.ts';
import { Shell } from './shell.tsx';
import { ReleasePage } from './story/release-page.tsx';

/** Who is here, and which page they look at. */
export function App() {
  const place = usePlace();
  const { session, end } = useSession();
  useFocusOnNewPage(place.path);

  if (session.state === 'unknown') return <Shell session={session}>{<p class="quiet">Looking for your session …</p>}</Shell>;
  if (session.state !== 'logged-in')
    return (
      <Shell session={session}>
        <Login ended={session.state === 'ended'} />
      </Shell>
    );
  return (
    <LiveProvider>
      <Shell session={session}>{place.path === '/release' ? <ReleasePage onEnded={end} /> : <ReleaseList onEnded={end} />}</Shell>
    </LiveProvider>
  );
}

/** A page that replaces another one in place is announced as a new page would be: its heading gets the focus. */
function useFocusOnNewPage(path: string): void {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    document.getElementById('page')?.focus();
    window.scrollTo(0, 0);
  }, [path]);
}
