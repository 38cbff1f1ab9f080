import { expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { publisherLimits } from './publisher-limits.ts';

it('takes the figures of the publisher and of the spool from the layer, by default those of DESIGN', async () => {
  const io = capturedIo();
  expect(await publisherLimits(io, {})).toEqual({
    resilience: {
      attempts: 6,
      attemptMs: 10_000,
      totalMs: 120_000,
      backoff: { base: 500, max: 20_000 },
      breaker: { failures: 5, openMs: 30_000 },
    },
    spool: { maxAgeMs: 604_800_000, maxBytes: 1_000_000_000, clock: io.clock },
  });
  const world = capturedIo({ env: { PROMOTABLE_POLICY_LAYER: 'demo' } });
  expect((await publisherLimits(world, {})).resilience).toMatchObject({ attempts: 3, attemptMs: 1000, totalMs: 3000 });
});

it('lets the command line say otherwise, within bounds', async () => {
  const io = capturedIo();
  expect((await publisherLimits(io, { attempts: '2', timeout: '5s' })).resilience).toMatchObject({ attempts: 2, totalMs: 5000 });
  for (const attempts of ['0', '101', '1.5', 'many'])
    await expect(publisherLimits(io, { attempts })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(publisherLimits(io, { timeout: 'soon' })).rejects.toMatchObject({ code: 'USAGE' });
});

it('refuses the layer made for development in production', async () => {
  const io = capturedIo({ env: { NODE_ENV: 'production' } });
  await expect(publisherLimits(io, { layer: 'demo' })).rejects.toMatchObject({ code: 'LAYER_DEVELOPMENT_ONLY' });
});
