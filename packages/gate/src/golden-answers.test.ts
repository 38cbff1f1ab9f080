// Answers as an earlier version gave them: today's client still believes each, and today's gate still gives the same fields.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Bundle, GateAnswer, GateQuestion, Verdict } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { askGate, memoryState } from './client.ts';
import { replaysEveryDecision } from './testing/replays.ts';
import { ask, measuredStage } from './testing/scenes.ts';
import { ask20, createWorld } from './testing/world.ts';

replaysEveryDecision();

interface Golden {
  readonly question: GateQuestion;
  readonly answer: GateAnswer;
  /** As `/.well-known/promotable/keys.json` gave it. */
  readonly keys: { readonly keySet: Bundle; readonly jwks: object };
  readonly rootPublicKey: string;
  /** When it was asked, milliseconds since the Unix epoch. */
  readonly askedAt: number;
}

const file = (verdict: Verdict) => new URL(`../fixtures/gate-answer.${verdict}.v1.json`, import.meta.url);

/** What the gate gives today. */
async function today(verdict: Verdict): Promise<Golden> {
  const world = await createWorld();
  if (verdict !== 'hold') await measuredStage(world, ask20, verdict === 'fail' ? { p95Ms: 900 } : {});
  const answer = await ask(world);
  return {
    question: ask20,
    answer,
    keys: { keySet: await world.keySetBundle(), jwks: { keys: [] } },
    rootPublicKey: world.keys.root.publicKeyPem,
    askedAt: world.clock.now(),
  };
}

function golden(verdict: Verdict): Golden {
  return JSON.parse(readFileSync(file(verdict), 'utf8')) as Golden;
}

/** Names of all fields, params of reasons left out: they belong to the policy. */
function fields(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || path.endsWith('/params')) return [path];
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => fields(item, `${path}/*`)))];
  return Object.entries(value).flatMap(([name, child]) => fields(child, `${path}/${name}`));
}

describe.each(['pass', 'fail', 'hold'] as const)('the golden answer that says %s', (verdict) => {
  it('is believed by the client of today', async () => {
    const { question, answer, keys, rootPublicKey, askedAt } = golden(verdict);
    const fetch: typeof globalThis.fetch = async (input) =>
      new Response(JSON.stringify(String(input).endsWith('/keys.json') ? keys : answer));
    const believed = await askGate({
      url: 'https://mc.test',
      token: 't',
      question,
      trust: { rootPublicKey },
      state: memoryState(),
      clock: { now: () => askedAt, monotonic: () => 0 },
      fetch,
    });
    expect(believed).toMatchObject({ verdict, source: 'mc', decision: { id: answer.decisionId } });
  });

  it('has the fields that the gate gives today', async () => {
    expect(fields((await today(verdict)).answer).sort()).toEqual(fields(golden(verdict).answer).sort());
  });
});

// A new version of the answer gets new files: `UPDATE_GOLDEN=1` writes them, and the old ones stay.
if (process.env['UPDATE_GOLDEN'] === '1') {
  for (const verdict of ['pass', 'fail', 'hold'] as const)
    writeFileSync(file(verdict), `${JSON.stringify(await today(verdict), null, 2)}\n`);
}
