import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { consoleSessions } from './console-sessions.ts';
import { sealedCookies } from './sealed-cookie.ts';

const clock = { now: () => Date.parse('2026-11-21T12:00:00Z'), monotonic: () => 0 };
const cookies = sealedCookies(randomBytes(32), clock);
const rule = { claims: { team: 'release', '/realm/roles': 'x' }, tenant: 'acme', services: ['*'], scopes: ['evidence:read' as const] };
const ann = { sub: 'ann', name: 'Ann', team: 'release', realm: { roles: 'x' }, avatar: 'x'.repeat(10_000) };

const sessionsOf = (changes: Partial<typeof rule> = {}, options: { secure?: boolean; issuer?: string } = {}) =>
  consoleSessions({
    source: { issuer: options.issuer ?? 'https://login.example', rules: [{ ...rule, ...changes }] },
    cookies,
    people: { pseudonymOf: async ({ subject, name }) => `of-${subject}-${name}` },
    sessionSeconds: 600,
    secure: options.secure ?? false,
  });
const cookieIn = (line: string) => line.split(';')[0] ?? '';

it('keeps of the claims what a rule may look at, and fits into a cookie', async () => {
  const line = await sessionsOf().begin(ann);
  expect(line.length).toBeLessThan(1000);
  expect(await sessionsOf().read(cookieIn(line))).toEqual({
    displayName: 'Ann',
    expiresAt: clock.now() + 600_000,
    principal: { id: 'https://login.example#ann', tenant: 'acme', services: ['*'], scopes: ['evidence:read'] },
  });
});

it('judges a session by the rules in force, not by those of its login', async () => {
  const cookie = cookieIn(await sessionsOf().begin(ann));
  expect((await sessionsOf({ services: ['search'] }).read(cookie))?.principal.services).toEqual(['search']);
  await expect(sessionsOf({ claims: { team: 'other', '/realm/roles': 'x' } }).read(cookie)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('begins none for somebody whom no rule knows, and takes none of another issuer', async () => {
  await expect(sessionsOf().begin({ ...ann, team: 'other' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const foreign = cookieIn(await sessionsOf({}, { issuer: 'https://other.example' }).begin(ann));
  expect(await sessionsOf().read(foreign)).toBeNull();
});

it('sends the cookie by https alone in production, bound to its host', async () => {
  const line = await sessionsOf({}, { secure: true }).begin(ann);
  expect(line).toMatch(/^__Host-promotable-session=[^;]+; Path=\/; Max-Age=600; SameSite=Strict; HttpOnly; Secure$/);
  expect(sessionsOf({}, { secure: true }).end()).toMatch(/^__Host-promotable-session=; Path=\/; Max-Age=0;.*Secure$/);
});

it('knows a person by the pseudonym of the login, and asks for it at no other time', async () => {
  let asked = 0;
  const sessions = (person: boolean) =>
    consoleSessions({
      source: { issuer: 'https://login.example', rules: [{ ...rule, person }] },
      cookies,
      people: { pseudonymOf: async ({ tenant, name }) => `${tenant}-${name}-${++asked}` },
      sessionSeconds: 600,
      secure: false,
    });
  const cookie = cookieIn(await sessions(true).begin(ann));
  // Erased meanwhile, somebody who is still logged in must not come back on record.
  for (let reads = 0; reads < 2; reads++)
    expect((await sessions(true).read(cookie))?.principal.id).toBe('https://login.example#person/acme-Ann-1');
  const before = cookieIn(await sessions(false).begin(ann));
  expect(await sessions(true).read(before)).toBeNull();
  expect(asked).toBe(1);
});
