import type { ComponentChildren } from 'preact';
import { go } from './place.ts';

/** A link within the console; opened elsewhere (another tab, a copied address) it is an ordinary one. */
export function PlaceLink({ to, class: className, children }: { to: string; class?: string; children: ComponentChildren }) {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} class={className} onClick={follow}>
      {children}
    </a>
  );
}
