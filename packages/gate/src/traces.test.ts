import { trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { lyingMc } from './testing/lying-mc.ts';
import { type RecordedSpan, recordedSpans } from './testing/recorded-spans.ts';
import { ask, measuredStage } from './testing/scenes.ts';
import { createWorld } from './testing/world.ts';

const asked = { 'mc.service': 'checkout', 'mc.release.id': 'A', 'mc.environment': 'production', 'mc.stage': '20' };
const named = (spans: readonly RecordedSpan[], name: string) => spans.filter((span) => span.name === name);

it('the trace of a client’s question says what was asked, and how and where the answer came from', async () => {
  const mc = await lyingMc();
  const spans = await recordedSpans(async () => {
    await mc.poll();
    mc.onQuestion = async () => new Response('', { status: 401 });
    await mc.poll();
  });
  const library = '@promotable/gate';
  const id = mc.world.events[0]?.decision.id;
  expect(named(spans, 'gate.ask')).toEqual([
    { library, name: 'gate.ask', attributes: { ...asked, 'mc.verdict': 'hold', 'mc.answer.source': 'mc', 'mc.decision.id': id } },
    { library, name: 'gate.ask', attributes: { ...asked, 'mc.verdict': 'hold', 'mc.answer.source': 'client' } },
  ]);
});

it('the trace of a decision shows its parts in order, and of an unchanged one no signature', async () => {
  const world = await createWorld();
  await measuredStage(world);
  const inRequest = () => trace.getTracer('test').startActiveSpan('request', {}, () => ask(world));
  const first = await recordedSpans(inRequest);
  expect(first.map(({ name }) => name)).toEqual(['gate.facts', 'gate.policy', 'gate.sign', 'gate.store', 'gate.decide']);
  expect(named(first, 'gate.decide')[0]?.attributes).toMatchObject({
    ...asked,
    'mc.tenant': 'acme',
    'mc.verdict': 'pass',
    'mc.decision.revision': 2,
  });
  const again = await recordedSpans(inRequest);
  expect(again.map(({ name }) => name)).toEqual(['gate.facts', 'gate.policy', 'gate.decide']);
});
