import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SignedEvidence } from '../build/signed-evidence.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, cutConnection, neverAnswer, refusal, type Reply, scriptedServer } from '../scripted-server.ts';
import { abortingAt, failureOf, publisherTo } from './publisher-under-test.ts';

let evidence: SignedEvidence;
beforeAll(async () => {
  evidence = await sampleEvidence();
});
afterEach(() => void vi.useRealTimers());

describe('the deadlines and the waiting', () => {
  it('ends a single attempt that MC does not answer, and tries again', async () => {
    await using server = await scriptedServer(neverAnswer, accept());
    expect(await publisherTo(server.url, { attemptMs: 200 }).publish(evidence)).toMatchObject({ outcome: 'accepted', attempts: 2 });
  });

  it('ends the whole call at the deadline', async () => {
    await using server = await scriptedServer(neverAnswer);
    const error = await failureOf(publisherTo(server.url, { totalMs: 200 }).publish(evidence));
    expect(error).toMatchObject({ code: 'MC_UNREACHABLE', retryable: true, message: expect.stringContaining('within 200 ms') });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up at once when MC asks to wait beyond the deadline', async () => {
    await using server = await scriptedServer(refusal(503, 'STORE_UNAVAILABLE', {}, { 'retry-after': '3600' }));
    expect(await failureOf(publisherTo(server.url).publish(evidence))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it('waits full jitter between bounds that double, and never less than Retry-After, in seconds or as a date', async () => {
    const waits = async (random: () => number, reply: Reply) => {
      await using server = await scriptedServer(reply);
      const { publish, heard } = publisherTo(server.url, {
        random,
        backoff: { base: 4, max: 20 },
        clock: { now: () => Date.parse('2026-11-21T13:00:00Z'), monotonic: () => 0 },
      });
      await failureOf(publish(evidence));
      return heard.flatMap((event) => (event.type === 'retry' ? [event.delayMs] : []));
    };
    expect(await waits(() => 0, cutConnection)).toEqual([0, 0, 0, 0, 0]);
    expect(await waits(() => 0.999, cutConnection)).toEqual([3, 7, 15, 19, 19]);
    expect(await waits(() => 0.5, cutConnection)).toEqual([2, 4, 8, 10, 10]);
    expect(await waits(() => 0, refusal(429, 'X', {}, { 'retry-after': 'Sat, 21 Nov 2026 13:00:00 GMT' }))).toEqual([0, 0, 0, 0, 0]);
    // Of an hour's patience only the announcement is waited for.
    const controller = new AbortController();
    await using server = await scriptedServer(refusal(429, 'X', {}, { 'retry-after': '3600' }));
    const { publish, heard } = publisherTo(server.url, { totalMs: 7_200_000, events: abortingAt('retry', controller) });
    expect((await failureOf(publish(evidence, { signal: controller.signal }))).code).toBe('ABORTED');
    expect(heard.find(({ type }) => type === 'retry')).toMatchObject({ delayMs: 3_600_000 });
  });
});

describe('the circuit breaker', () => {
  it('spares MC further calls after 5 failures in a row, lets one through when the time is over, and closes on its success', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await using server = await scriptedServer(cutConnection, cutConnection, cutConnection, cutConnection, cutConnection, accept());
    const { publish } = publisherTo(server.url, { attempts: 1, breaker: { failures: 5, openMs: 30_000 } });
    for (let call = 0; call < 5; call++) await failureOf(publish(evidence));
    expect(await failureOf(publish(evidence))).toMatchObject({
      code: 'MC_UNREACHABLE',
      retryable: true,
      message: expect.stringContaining('left alone'),
    });
    expect(server.requests).toHaveLength(5);
    vi.advanceTimersByTime(30_000);
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted' });
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted' });
    expect(server.requests).toHaveLength(7);
  });

  it('opens again when the one let through fails', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await using server = await scriptedServer(cutConnection);
    const { publish } = publisherTo(server.url, { attempts: 1, breaker: { failures: 2, openMs: 1000 } });
    for (let call = 0; call < 3; call++) await failureOf(publish(evidence));
    vi.advanceTimersByTime(1000);
    for (let call = 0; call < 3; call++) await failureOf(publish(evidence));
    expect(server.requests).toHaveLength(3);
  });

  it('makes the call that opened it wait for the half-open state, so that no attempt is wasted', async () => {
    await using server = await scriptedServer(cutConnection, cutConnection, accept());
    expect(await publisherTo(server.url, { breaker: { failures: 2, openMs: 20 } }).publish(evidence)).toMatchObject({
      outcome: 'accepted',
      attempts: 3,
    });
    expect(server.requests).toHaveLength(3);
  });

  it('does not count refusals and patience: MC is there', async () => {
    await using server = await scriptedServer(
      refusal(422, 'X'),
      refusal(429, 'X'),
      refusal(401, 'X'),
      refusal(403, 'SIGNATURE_UNTRUSTED'),
      accept(),
    );
    const { publish } = publisherTo(server.url, { attempts: 1, breaker: { failures: 1, openMs: 100_000 } });
    for (let call = 0; call < 4; call++) await failureOf(publish(evidence));
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('abort', () => {
  it('ends a call that waits for an answer', async () => {
    const controller = new AbortController();
    await using server = await scriptedServer(() => controller.abort());
    expect(await failureOf(publisherTo(server.url).publish(evidence, { signal: controller.signal }))).toMatchObject({
      code: 'ABORTED',
      retryable: false,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('ends a call that waits for its next attempt', async () => {
    const controller = new AbortController();
    await using server = await scriptedServer(cutConnection);
    const { publish } = publisherTo(server.url, {
      events: abortingAt('retry', controller),
      random: () => 0.99,
      backoff: { base: 60_000, max: 60_000 },
    });
    expect((await failureOf(publish(evidence, { signal: controller.signal }))).code).toBe('ABORTED');
    expect(server.requests).toHaveLength(1);
  });

  it('sends nothing when it came before', async () => {
    await using server = await scriptedServer(accept());
    const { publish, heard } = publisherTo(server.url);
    expect((await failureOf(publish(evidence, { signal: AbortSignal.abort() }))).code).toBe('ABORTED');
    expect(server.requests).toHaveLength(0);
    expect(heard).toEqual([expect.objectContaining({ type: 'failed', attempts: 0, code: 'ABORTED' })]);
  });

  it('reaches an injected fetch that ignores it', async () => {
    const controller = new AbortController();
    const deaf = (() => {
      setImmediate(() => controller.abort());
      return new Promise<Response>(() => undefined);
    }) as typeof fetch;
    expect(
      (await failureOf(publisherTo('http://127.0.0.1:1', { fetch: deaf }).publish(evidence, { signal: controller.signal }))).code,
    ).toBe('ABORTED');
  });
});
