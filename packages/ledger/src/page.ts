import type { Page } from './ledger.ts';

const maxPage = 1000;

/** Fills in and bounds a page. */
export function pageOf({ after = 0, limit = maxPage }: Page = {}): Required<Page> {
  return { after, limit: Math.max(1, Math.min(limit, maxPage)) };
}
