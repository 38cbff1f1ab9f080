import { expect, it } from 'vitest';
import { pageOf } from './page.ts';

it.each([
  [undefined, { after: 0, limit: 1000 }],
  [{}, { after: 0, limit: 1000 }],
  [{ after: 7 }, { after: 7, limit: 1000 }],
  [{ limit: 3 }, { after: 0, limit: 3 }],
  [{ limit: 0 }, { after: 0, limit: 1 }],
  [{ limit: 1001 }, { after: 0, limit: 1000 }],
])('the page %j is read as %j', (page, read) => expect(pageOf(page)).toEqual(read));
