import { expect, test } from 'vitest';
import { servicesOf } from './catalogue/catalogue.ts';
import { startAll } from './cli/start-all.ts';

test('the whole light set comes up at once, and each part answers a question', async () => {
  const light = servicesOf('light');
  const { services, stop } = await startAll(light, () => undefined, new AbortController().signal);
  const answers = await Promise.allSettled(light.map((service, index) => service.query(services[index]?.environment ?? {})));
  await stop();
  expect(Object.fromEntries(light.map(({ name }, index) => [name, answers[index]]))).toEqual(
    Object.fromEntries(light.map(({ name }) => [name, { status: 'fulfilled', value: expect.stringMatching(/\S/) }])),
  );
}, 300_000);
