import { readFileSync, writeFileSync } from 'node:fs';
import type { Logger } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { adapterWorld } from '../testing/adapter-world.ts';
import { measuredStage } from '../testing/scenes.ts';
import { ask20, digestA, digestB } from '../testing/world.ts';
import { readAdapterQuestion } from './adapter-question.ts';

describe('a question as Argo can send it', () => {
  const { digests: _digests, ...question } = ask20;

  it.each([
    ['a list of digests', { digests: [digestA, digestB] }],
    ['digests as text, with commas or white space', { digests: ` ${digestA},\n${digestB} ` }],
    ['images that are pinned', { images: `registry.example/a:1@${digestA} registry.example:5000/b@${digestB}` }],
    ['both, without repeating one', { digests: digestA, images: [`a@${digestA}`, `b@${digestB}`] }],
  ])('has %s', (_title, named) => {
    expect(readAdapterQuestion({ ...question, ...named })).toEqual({ ...question, digests: [digestA, digestB] });
  });

  it('without any is a question without digests, which MC judges', () => {
    expect(readAdapterQuestion({ ...question, images: '' })).toEqual(question);
  });

  it.each([
    ['an image by tag', { images: 'a:1.4.2' }, '/images/0'],
    ['an image and something behind it', { images: `a@${digestA};b` }, '/images/0'],
    ['a digest of another kind', { digests: 'sha512:00' }, '/digests/0'],
    ['a number', { digests: 7 }, '/digests'],
    ['a field that there is not', { verdict: 'pass' }, '/verdict'],
  ])('with %s is refused with its path', (_title, named, path) => {
    expect(() => readAdapterQuestion({ ...question, ...named })).toThrow(
      expect.objectContaining({ code: 'INVALID_QUESTION', status: 400, faults: [expect.objectContaining({ path })] }),
    );
  });
});

it('a refused question says how many faults it has', () => {
  const message = (body: object) => {
    try {
      readAdapterQuestion(body);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('nothing was thrown');
  };
  expect(message({ ...ask20, verdict: 'pass' })).toBe('the question has a fault');
  expect(message({ ...ask20, service: '', stage: '0' })).toBe('the question has 2 faults');
});

describe('an adapter', () => {
  it('answers as its golden file says', async () => {
    const scene = await adapterWorld();
    await measuredStage(scene.world);
    const given = await scene.adapter.answer(ask20, { traceId: '0'.repeat(32) });
    const decisionId = '00000000-0000-4000-8000-000000000000';
    const answer = { ...given, decisionId, explainUrl: given.explainUrl?.replace(given.decisionId ?? '', decisionId) };
    const file = new URL('../../fixtures/adapter-answer.pass.v1.json', import.meta.url);
    if (process.env['GOLDEN'] === 'write') writeFileSync(file, `${JSON.stringify(answer, null, 2)}\n`);
    expect(answer).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('holds as its golden file says', async () => {
    const scene = await adapterWorld({ totalMs: 5 });
    scene.isAway = true;
    const answer = await scene.adapter.answer(ask20);
    const file = new URL('../../fixtures/adapter-answer.hold.v1.json', import.meta.url);
    if (process.env['GOLDEN'] === 'write') writeFileSync(file, `${JSON.stringify(answer, null, 2)}\n`);
    expect(answer).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('answers although a listener fails', async () => {
    const fails = () => {
      throw new Error('a fault of a listener');
    };
    const scene = await adapterWorld({ listeners: [{ onAnswer: fails, onHold: fails }] });
    await measuredStage(scene.world);
    expect((await scene.ask(ask20)).verdict).toBe('pass');
  });

  it('logs an answer when it changes and a hold that grows long when it does, each with what a person looks for', async () => {
    const lines: string[] = [];
    const fields: Record<string, unknown>[] = [];
    const log = (level: string) => (given: object, text: string) => {
      lines.push(`${level} ${text}`);
      fields.push(given as Record<string, unknown>);
    };
    const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') } as unknown as Logger;
    const scene = await adapterWorld({ logger });
    for (let minutes = 0; minutes < 6; minutes++) {
      await scene.ask(ask20);
      scene.world.clock.advance(60_000);
    }
    expect(lines).toEqual(['info gate answered', ...Array<string>(4).fill('debug gate answered'), 'warn long hold', 'debug gate answered']);
    expect(fields[0]).toMatchObject({ verdict: 'hold', source: 'mc', service: 'checkout', release: 'A', codes: expect.any(Array) });
    expect(fields[5]).toEqual({
      ...{ environment: 'production', level: 'notify', held: 1, releases: ['A'] },
      held_since: '2026-11-21T11:00:00.000Z',
    });
    await measuredStage(scene.world);
    expect((await scene.ask(ask20)).verdict).toBe('pass');
    expect(lines.slice(-2)).toEqual(['info long hold ended', 'info gate answered']);
    expect(fields.at(-2)).toEqual({ environment: 'production', level: 'notify', held: 0, releases: [] });
  });

  it('holds when its own token or state cannot be read, and is not ready', async () => {
    const scene = await adapterWorld({ token: () => Promise.reject(new Error('not mounted')) });
    expect(await scene.ask(ask20)).toMatchObject({ verdict: 'hold', reasons: [{ code: 'INTERNAL' }] });
    await expect(scene.adapter.ready()).rejects.toThrow('not mounted');
    const unreadable = { load: () => Promise.reject(new Error('damaged')), save: async () => undefined };
    const other = await adapterWorld({ state: unreadable });
    expect((await other.ask(ask20)).verdict).toBe('hold');
    await expect(other.adapter.ready()).rejects.toThrow('damaged');
  });
});
