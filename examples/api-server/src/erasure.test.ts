// A person who acted is forgotten: nobody can tell any more who it was, and everything that was done stays provable.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { failingRelease, outcome } from './testing/told-release.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const issuer = 'https://login.example';
const person = { sub: 'jane.doe-4711', name: 'Jane Q. Doe' };
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Somebody who never came to MC and is named by others. */
const other = 'Maximilian Mustermann';

let mc: RunningMc;
let folder: string;
let hook: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promotable-erasure-'));
  const scopes = ['override:create', 'override:break-glass', 'exception:read', 'exception:revoke', 'waiver:request'];
  const rules = [{ claims: { group: 'on-call' }, tenant: 'local', services: ['*'], scopes, person: true }];
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] };
  await writeFile(join(folder, 'oidc.json'), JSON.stringify([{ issuer, audience: 'mc', jwks, algorithms: ['ES256'], rules }]));
  // Refuses for now, so that what waits to be told waits with the words in it.
  hook = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  mc = await runMissionControl(undefined, {
    PROMOTABLE_OIDC: join(folder, 'oidc.json'),
    PROMOTABLE_WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`,
    PROMOTABLE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 'secret').toString('base64')}`,
  });
});
afterAll(async () => {
  await mc.end();
  hook.closeAllConnections();
  await new Promise((resolve) => hook.close(resolve));
  await rm(folder, { recursive: true });
});

function tokenOf(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'ES256', kid: 'k' })}.${part({ iss: issuer, aud: 'mc', exp: Math.floor(Date.now() / 1000) + 3600, group: 'on-call', ...claims })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Every row of every table, and what lies in it as base64, such as what a signature is about. */
async function everythingStored(): Promise<string> {
  const { rows } = await mc.database.pool.query<{ place: string }>(
    "SELECT format('%I.%I', table_schema, table_name) AS place FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
  );
  const dumps = await Promise.all(
    rows.map(({ place }) => mc.database.pool.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${place} t`)),
  );
  const text = dumps.flatMap((dump) => dump.rows.map(({ row }) => row)).join('\n');
  return [text, ...(text.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64').toString())].join('\n');
}

it('is erased with all that they wrote and all that names them; every log still verifies, every decision is still explained', async () => {
  const command = mcIn(folder);
  const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
  const run = (line: readonly string[], env: Record<string, string> = {}) => command([...line, '--data', mc.data], { clock, env });
  const done = async (...line: string[]) => {
    const result = await run(line);
    expect([result.code, result.err]).toEqual([0, '']);
    return result;
  };
  const release = await failingRelease(mc, 'erased-1', 'e');
  const place = (code: string) => [
    ...['--service', 'checkout', '--environment', 'production', '--stage', '20', '--digest', release.digest, '--code', code],
    ...['--ticket', 'INC-1', '--json'],
  ];
  const byThem = { MC_TOKEN: tokenOf(person) };
  const made = await run(['override', 'create', ...place('TESTS_FAILED'), '--reason', 'I broke the test myself', '--for', '1h'], byThem);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(outcome(await release.ask())).toEqual(['pass']);

  // A waiver of theirs that waits, one of another that names both, and a note.
  const words = ['--owner', 'team-checkout', '--mitigation', 'my phone is on', '--justification', 'known to me', '--for', '1d'];
  const open = JSON.parse((await run(['waiver', 'request', ...place('TESTS_FAILED'), ...words], byThem)).out) as { id: string };
  const named = ['--owner', `${person.name}`, '--mitigation', `ask ${other.toUpperCase()}`, '--justification', 'flaky', '--for', '1d'];
  const waiver = JSON.parse((await done('waiver', 'request', ...place('TESTS_FAILED'), ...named)).out) as { id: string };
  await done('waiver', 'approve', waiver.id);
  await done('waiver', 'revoke', waiver.id, '--reason', `jane.doe-4711 said that ${other} has left`);

  const known = JSON.parse((await done('person', 'list', '--find', 'q. doe', '--json')).out) as Record<string, string>[];
  expect(known).toMatchObject([{ issuer, subject: person.sub, name: person.name }]);
  const pseudonym = known[0]?.['pseudonym'] ?? '';
  expect(JSON.parse(made.out)).toMatchObject({ requestedBy: `${issuer}#person/${pseudonym}` });
  const traces = [person.sub, person.name, other, other.toUpperCase(), 'I broke', 'my phone', 'known to me', 'jane.doe'];
  const before = await everythingStored();
  for (const trace of traces) expect(before).toContain(trace);
  expect((before.match(/I broke/g) ?? []).length).toBeGreaterThan(1);

  const stranger = { MC_TOKEN: await mc.token({ tenant: 'other', scopes: ['person:erase'] }) };
  const reader = { MC_TOKEN: await mc.token({ scopes: ['exception:read'] }) };
  const erase = ['person', 'erase', pseudonym, '--mention', other];
  for (const env of [stranger, reader]) expect((await run([...erase, '--yes'], env)).code).toBe(2);
  for (const line of [erase, [...erase, '--yes', '--dry-run'], ['person', 'erase', '--yes']]) expect((await run(line)).code).toBe(2);

  // Under another pseudonym they could approve what they asked for.
  const look = await run([...erase, '--dry-run', '--json']);
  expect([look.code, JSON.parse(look.out)]).toMatchObject([2, { dryRun: true, blocked: [{ place: 'exceptions', id: open.id }] }]);
  const busy = await run([...erase, '--yes']);
  expect([busy.code, busy.err]).toEqual([2, expect.stringMatching(new RegExp(`PERSON_BUSY.*${open.id}`))]);
  expect(await everythingStored()).toContain(person.sub);
  await done('waiver', 'revoke', open.id, '--reason', 'left open');
  expect((await run([...erase, '--dry-run'])).out).toMatch(/^Would be erased:\n {2}people /);
  expect(await everythingStored()).toContain('my phone');

  const erased = await done(...erase, '--yes');
  expect(erased.out).toContain(`exceptions ${waiver.id}: owner, mitigation, note/3`);
  expect(erased.out).toContain(`exceptions ${open.id}: reason, mitigation`);
  expect((await run([...erase, '--yes'])).code).toBe(2);

  const stored = await everythingStored();
  const answers = [...['override list --all --json', 'waiver list --all --json', 'person list --json'].map((line) => line.split(' '))];
  const shown = (await Promise.all(answers.map((line) => done(...line)))).map(({ out }) => out).join('\n');
  expect(shown).toContain('[erased]');
  const exports: string[] = [];
  for (const stream of ['evidence', 'decision', 'governance', 'access']) {
    const file = join(folder, `${stream}.jsonl`);
    await vi.waitFor(
      async () => {
        const text = await (await mc.client.get(`/v1/ledger/${stream}/export`)).text();
        await writeFile(file, text);
        expect(text).toContain('"unsealed":0');
        expect((await run(['ledger', 'verify', file])).code).toBe(0);
        exports.push(text);
      },
      { timeout: 30_000, interval: 500 },
    );
  }
  expect(exports.join('')).toContain('person.erased');
  for (const trace of [...traces, createHash('sha256').update(person.sub).digest('hex')])
    for (const [where, text] of Object.entries({ stored, shown, exports: exports.join(''), logged: mc.logged() }))
      expect([where, trace, text.includes(trace)]).toEqual([where, trace, false]);
  expect(stored).toContain(pseudonym);

  // What they did stays in force and provable: the override was signed over digests of their words.
  await release.measure('window-2');
  expect(outcome(await release.ask())).toEqual(['pass']);
  const { rows } = await mc.database.pool.query<{ id: string; verdict: string }>('SELECT id, verdict FROM gate.decisions');
  for (const { id, verdict } of rows) {
    const explained = await run(['decision', 'explain', id]);
    expect(explained.code).toBe({ pass: 0, fail: 1, hold: 3 }[verdict]);
  }
});

it('who is named and never came to MC is erased by name alone', async () => {
  const run = (...line: string[]) => mcIn(folder)([...line, '--data', mc.data]);
  await writeFile(join(folder, 'names.txt'), ' Erika Musterfrau \n\n');
  const none = await run('person', 'erase', '--mentions', 'names.txt', '--yes', '--json');
  expect([none.code, JSON.parse(none.out)]).toMatchObject([0, { pseudonym: null, erased: [], remaining: [] }]);
  expect((await run('person', 'erase', '--mention', 'ab', '--dry-run')).code).toBe(2);
  expect((await run('person', 'erase', '0198c7b2-7c1e-4d6f-9a51-3f0e1c2d4b5a', '--yes')).code).toBe(2);
});
