// The splitter process: a proxy that deals each request to the stable version or the canary and measures what it sees. It knows no budget.
import { Agent, createServer } from 'node:http';
import {
  createObservationLog,
  type NoSamples,
  type ObservationLog,
  type SloWindow,
  type TimeWindow,
  type Unmeasured,
} from '@promotable/telemetry';
import { createDealer, type Version } from './dealer.ts';
import { forward, type Upstream } from './forward.ts';
import { listen } from './listen.ts';
import { answerCalls } from './remote-call.ts';

/** What a window of one version showed; `NO_CANARY` states that none was there to be measured. */
export type Measurement = SloWindow | NoSamples | Unmeasured | { readonly absent: 'NO_CANARY' };

export interface SplitterApi {
  setStable(params: { readonly url: string }): null;
  /** Starts a canary with 0 % and an empty record. */
  setCanary(params: { readonly url: string }): null;
  /** Sends everything to the stable version again and forgets the canary's record. */
  dropCanary(params: null): null;
  /** Makes the canary the stable version, with the record it has. */
  promoteCanary(params: null): null;
  setWeight(params: { readonly percent: number }): null;
  observe(params: TimeWindow & { readonly version: Version }): Measurement;
}

interface Target extends Upstream {
  readonly log: ObservationLog;
}

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const dealer = createDealer();
let stable: Target | null = null;
let canary: Target | null = null;

// No limit on connections and an idle time below the services': a request never waits in here and never meets a connection that is just being closed.
const target = (url: string): Target => ({
  url,
  agent: new Agent({ keepAlive: true, timeout: 30_000 }),
  log: createObservationLog({ clock }),
});

const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
  const chosen = dealer.deal() === 'canary' ? canary : stable;
  if (chosen === null) {
    outgoing.writeHead(503).end();
    return;
  }
  const finish = chosen.log.start();
  void forward(incoming, outgoing, chosen).then(finish);
});

answerCalls<SplitterApi>({
  setStable({ url }) {
    stable = target(url);
    return null;
  },
  setCanary({ url }) {
    dealer.setPercent(0);
    canary = target(url);
    return null;
  },
  dropCanary() {
    dealer.setPercent(0);
    canary = null;
    return null;
  },
  promoteCanary() {
    if (canary === null) throw new Error('there is no canary');
    dealer.setPercent(0);
    [stable, canary] = [canary, null];
    return null;
  },
  setWeight({ percent }) {
    if (canary === null) throw new Error('there is no canary');
    dealer.setPercent(percent);
    return null;
  },
  observe({ version, fromMs, untilMs }) {
    const observed = version === 'canary' ? canary : stable;
    return observed === null ? { absent: 'NO_CANARY' } : observed.log.window({ fromMs, untilMs });
  },
});

process.once('SIGTERM', () => process.exit(0));
await listen(server);
