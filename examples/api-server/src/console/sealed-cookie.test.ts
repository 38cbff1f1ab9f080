import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { sealedCookies } from './sealed-cookie.ts';

let now = Date.parse('2026-11-21T12:00:00Z');
const clock = { now: () => now, monotonic: () => 0 };
const key = randomBytes(32);

it('opens what was sealed for the same purpose, at any replica with the key, until it ends', async () => {
  const sealed = await sealedCookies(key, clock).seal('session', { sub: 'ann' }, 60);
  expect(sealed).toMatch(/^[A-Za-z0-9._-]+$/);
  const other = sealedCookies(key, clock);
  expect(await other.open('session', sealed)).toMatchObject({ sub: 'ann' });
  expect(await other.open('login', sealed)).toBeNull();
  expect(await sealedCookies(randomBytes(32), clock).open('session', sealed)).toBeNull();
  now += 61_000;
  expect(await other.open('session', sealed)).toBeNull();
});

it('opens nothing that was changed, made elsewhere, or is missing', async () => {
  const cookies = sealedCookies(key, clock);
  const sealed = await cookies.seal('session', { sub: 'ann' }, 60);
  for (let at = 0; at < sealed.length; at += 7) {
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
    expect(await cookies.open('session', changed), String(at)).toBeNull();
  }
  for (const foreign of [undefined, '', 'x', 'a.b.c.d.e', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.'])
    expect(await cookies.open('session', foreign)).toBeNull();
});
