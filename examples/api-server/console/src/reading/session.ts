// Who is logged in here, as the server says; the page itself holds nothing secret.
import { useCallback, useEffect, useState } from 'preact/hooks';

export type Session =
  | { readonly state: 'unknown' | 'logged-out' | 'ended' }
  | { readonly state: 'logged-in'; readonly name: string; readonly tenant: string; readonly expiresAt: string };

/** Longest delay that a browser's timer takes, milliseconds. */
const longestTimer = 2 ** 31 - 1;

export function useSession(): { readonly session: Session; readonly end: () => void } {
  const [session, setSession] = useState<Session>({ state: 'unknown' });
  const end = useCallback(() => setSession({ state: 'ended' }), []);
  useEffect(() => {
    void readSession().then(setSession);
  }, []);
  useEffect(() => {
    if (session.state !== 'logged-in') return;
    const timer = setTimeout(end, Math.min(longestTimer, Math.max(0, Date.parse(session.expiresAt) - Date.now())));
    return () => clearTimeout(timer);
  }, [session, end]);
  return { session, end };
}

async function readSession(): Promise<Session> {
  try {
    const response = await fetch('/console/session');
    return response.ok ? ((await response.json()) as Session) : { state: 'logged-out' };
  } catch {
    return { state: 'logged-out' };
  }
}

/** Ends the session here and then at the issuer. */
export async function logOut(): Promise<void> {
  const response = await fetch('/console/logout', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  const { url } = (await response.json()) as { url: string };
  location.assign(url);
}
