// The load process: an open loop. When a request is due is fixed beforehand, so a slow answer never thins out the load that would show how slow it is.
import { Agent, createServer, get } from 'node:http';
import { arrivalMs, arrivalsBy } from './arrivals.ts';
import { listen } from './listen.ts';
import { answerCalls } from './remote-call.ts';

export interface LoadStatus {
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  readonly outstanding: number;
  /** Requests that were due and not sent because too many were outstanding: above 0, the load is not the one that was told. */
  readonly shed: number;
}

export interface LoadApi {
  start(params: { readonly url: string; readonly perSecond: number }): null;
  status(params: null): LoadStatus;
}

const giveUpAfterMs = 10_000;
// More than can be open at 120/s with that patience.
const maxOutstanding = 2_000;
/** A load that nobody stopped stops by itself. */
const longestRunMs = 15 * 60_000;

const agent = new Agent({ keepAlive: true, timeout: 30_000 });
const skus = ['mug', 'lamp', 'chair', 'desk', 'shelf'];
let sent = 0;
let answered = 0;
let failed = 0;
let outstanding = 0;
let shed = 0;

function send(url: string, sku: string): void {
  if (outstanding >= maxOutstanding) {
    shed += 1;
    return;
  }
  sent += 1;
  outstanding += 1;
  const request = get(new URL(`/quotes/${sku}`, url), { agent }, (response) => {
    if (response.statusCode === 200) answered += 1;
    else failed += 1;
    response.resume();
  });
  const patience = setTimeout(() => request.destroy(new Error('gave up')), giveUpAfterMs);
  request.on('error', () => {
    failed += 1;
  });
  request.once('close', () => {
    clearTimeout(patience);
    outstanding -= 1;
  });
}

function start(url: string, perSecond: number): void {
  const startedAt = performance.now();
  let due = 0;
  function sendDue(): void {
    const elapsedMs = performance.now() - startedAt;
    for (const by = arrivalsBy(elapsedMs, perSecond); due < by; due += 1) send(url, skus[due % skus.length] ?? 'mug');
    if (elapsedMs < longestRunMs) setTimeout(sendDue, Math.max(0, arrivalMs(due + 1, perSecond) - (performance.now() - startedAt)));
    else process.exit(0);
  }
  sendDue();
}

answerCalls<LoadApi>({
  start({ url, perSecond }) {
    start(url, perSecond);
    return null;
  },
  status: () => ({ sent, answered, failed, outstanding, shed }),
});

process.once('SIGTERM', () => process.exit(0));
// It serves nothing; the port is how every process of the world says that it is up.
await listen(createServer((_request, response) => response.writeHead(404).end()));
