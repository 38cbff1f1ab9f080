// The Job form: it ends with a verdict, and holds by not ending.
import { processIo, runMc } from '@promotable/mc';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandOf } from './command.ts';
import { digest, sendJson, startUpstream, type Upstream } from './testing/upstream.ts';

let upstream: Upstream;
let folder: string;
beforeEach(async () => {
  upstream = await startUpstream();
  folder = await mkdtemp(join(tmpdir(), 'gate-job-'));
  await writeFile(join(folder, 'token'), 'token-of-the-gate');
  await writeFile(join(folder, 'root.pem'), upstream.rootPublicKeyPem);
});
afterEach(async () => {
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

async function job(...args: readonly string[]) {
  const printed = { out: '', err: '' };
  const question = ['--service=checkout', '--release=A', '--environment=production', '--stage=20', `--digest=${digest}`];
  const files = ['--token-file', 'token', '--root', 'root.pem', '--url', upstream.url, '--poll', '100ms'];
  const code = await runMc(commandOf(['job', ...question, ...files, ...args], {}), {
    ...processIo(new AbortController().signal),
    cwd: folder,
    env: {},
    stdout: (text) => {
      printed.out += text;
    },
    stderr: (text) => {
      printed.err += text;
    },
  });
  return { code, ...printed, answer: JSON.parse(printed.out) as { verdict: string; reasons: { code: string }[] } };
}

/** Answers question n by verdict n; the last one serves all further ones. */
function answering(...verdicts: readonly ('pass' | 'fail' | 'hold')[]): void {
  upstream.onQuestion = async (_request, response, question) =>
    sendJson(response, await upstream.answerTo(question, verdicts[Math.min(upstream.asked.length, verdicts.length) - 1] ?? 'hold'));
}

it('waits while it is held and ends with the pass; progress goes to stderr, the result alone to stdout', async () => {
  answering('hold', 'hold', 'pass');
  const { code, answer, err } = await job('--wait');
  expect([code, answer.verdict, upstream.asked.length]).toEqual([0, 'pass', 3]);
  expect(err).toMatch(/^mc: held: PENDING; asking again for \d+ s\n$/);
});

it('ends at the first fail with exit code 1', async () => {
  answering('hold', 'fail', 'pass');
  expect(await job('--wait', '1m')).toMatchObject({ code: 1, answer: { verdict: 'fail', reasons: [{ code: 'P95_OVER_BUDGET' }] } });
  expect(upstream.asked).toHaveLength(2);
});

it('ends with exit code 3 when the time is up and it is still held', async () => {
  answering('hold');
  expect(await job('--wait', '300ms')).toMatchObject({ code: 3, answer: { verdict: 'hold' } });
});

it('goes on waiting while its token is being replaced; one that was never there is a wrong configuration', async () => {
  upstream.onQuestion = async (_request, response, question) => {
    const isFirst = upstream.asked.length === 1;
    await writeFile(join(folder, 'token'), isFirst ? '' : 'next');
    // Empty for a moment, as a secret is that is written anew.
    if (isFirst) setTimeout(() => void writeFile(join(folder, 'token'), 'next'), 300);
    sendJson(response, await upstream.answerTo(question, isFirst ? 'hold' : 'pass'));
  };
  const { code, err } = await job('--wait', '1m');
  expect(code).toBe(0);
  expect(err).toContain('CONFIGURATION: The token file');
  await rm(join(folder, 'token'));
  expect((await job('--wait', '1m')).code).toBe(2);
});
