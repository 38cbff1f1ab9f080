import type { ComponentChildren } from 'preact';
import { LiveMark } from './marks/live-mark.tsx';
import { ThemeSwitch } from './marks/theme-switch.tsx';
import { PlaceLink } from './place-link.tsx';
import { logOut, type Session } from './reading/session.ts';

/** The frame of every page. */
export function Shell({ session, children }: { session: Session; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#page">
        Skip to the content
      </a>
      <header class="top">
        <PlaceLink to="/" class="brand">
          Promotable
        </PlaceLink>
        {session.state === 'logged-in' && <LiveMark />}
        <span class="grow" />
        <ThemeSwitch />
        {session.state === 'logged-in' && (
          <span class="who">
            <span class="name">
              {session.name} <span class="quiet">({session.tenant})</span>
            </span>
            <button type="button" onClick={() => void logOut()}>
              Log out
            </button>
          </span>
        )}
      </header>
      <main>{children}</main>
    </>
  );
}
