import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@promotable/contracts';
import type { TimeWindow } from '@promotable/telemetry';
import type { Version } from './dealer.ts';
import type { LoadApi, LoadStatus } from './load.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import type { PackedRelease } from './release.ts';
import type { Measurement, SplitterApi } from './splitter.ts';
import { WorldError } from './world-error.ts';

export interface WorldOptions {
  /** What serves everything until the first canary is promoted. */
  readonly stable: PackedRelease;
  readonly clock: Clock;
  /** Stops the world, also while it starts. */
  readonly signal: AbortSignal;
  /** Offered load, requests per second. @default 120 */
  readonly perSecond?: number;
}

/** The demo service under load: real processes, measured from outside. */
export interface World {
  readonly stable: PackedRelease;
  readonly canary: PackedRelease | null;
  /** Where the load goes: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Starts a release beside the stable one, with 0 % of the load. */
  startCanary(release: PackedRelease): Promise<void>;
  /** Sends the canary this share of the load, in whole percent, at once and exactly. */
  setWeight(percent: number): Promise<void>;
  /** Measures one version; waits for the window to end. @throws WorldError `PROCESS_ENDED`, `LOAD_NOT_OFFERED` when what it would show is not the world as told */
  observe(version: Version, window: TimeWindow): Promise<Measurement>;
  /** Makes the canary the stable version and lets the old one finish what it has. */
  promote(): Promise<void>;
  /** Sends everything to the stable version at once and lets the canary finish what it has. */
  abort(): Promise<void>;
  /** What the load generator has seen. */
  load(): Promise<LoadStatus>;
  /** The running processes, for people to look at. */
  processes(): { readonly name: string; readonly pid: number }[];
  /** Ends every process and resolves when all are gone. */
  stop(): Promise<void>;
}

/** A process whatever it can be asked. */
type Running = Omit<NodeProcess<object>, 'call'>;

interface Deployed {
  readonly release: PackedRelease;
  readonly process: Running;
}

/** Longest time a version that gets no new requests may take over those it has. */
const drainMs = 10_000;

const entryOf = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** Starts backend, splitter, load and the stable version, and resolves when the load runs. Everything ends with this process, however it ends. */
export async function startWorld({ stable: first, clock, signal: outer, perSecond = 120 }: WorldOptions): Promise<World> {
  const ended = new AbortController();
  const signal = AbortSignal.any([outer, ended.signal]);
  const retiring = new Set<Promise<void>>();
  const running = new Set<Running>();

  async function run<Api>(name: string, entry: string, env?: Record<string, string>): Promise<NodeProcess<Api>> {
    const started = await startNodeProcess<Api>({ name, entry, signal, ...(env === undefined ? {} : { env }) });
    running.add(started);
    return started;
  }
  async function deploy(release: PackedRelease, backendUrl: string): Promise<Deployed> {
    return { release, process: await run(release.spec.name, join(release.directory, 'src', 'main.js'), { BACKEND_URL: backendUrl }) };
  }
  async function stop(): Promise<void> {
    // The load first: a splitter without services would only count errors that nobody asked about.
    await load?.stop();
    await Promise.all([...running].map((process) => process.stop()));
    ended.abort();
    await Promise.allSettled(retiring);
  }
  function retire({ process }: Deployed): void {
    const retired = process.stop(drainMs).finally(() => {
      retiring.delete(retired);
      running.delete(process);
    });
    retiring.add(retired);
  }

  let load: NodeProcess<LoadApi> | undefined;
  try {
    const [backend, splitter, generator] = await Promise.all([
      run('backend', entryOf('backend')),
      run<SplitterApi>('splitter', entryOf('splitter')),
      run<LoadApi>('load', entryOf('load')),
    ]);
    load = generator;
    let stable = await deploy(first, backend.url);
    let canary: Deployed | null = null;
    await splitter.call('setStable', { url: stable.process.url });
    await generator.call('start', { url: splitter.url, perSecond });

    /** A window shows the world only while the world is whole. */
    const assertWhole = async () => {
      for (const { name, isRunning } of [backend, splitter, generator])
        if (!isRunning()) throw new WorldError('PROCESS_ENDED', `${name} ended by itself; what was measured means nothing`);
      const { shed } = await generator.call('status', null);
      if (shed > 0) throw new WorldError('LOAD_NOT_OFFERED', `${shed} requests were due and could not be sent`);
    };
    const currentCanary = () => {
      if (canary === null) throw new WorldError('CANARY_STATE', 'there is no canary');
      return canary;
    };

    return {
      get stable() {
        return stable.release;
      },
      get canary() {
        return canary?.release ?? null;
      },
      url: splitter.url,
      async startCanary(release) {
        if (canary !== null) throw new WorldError('CANARY_STATE', `${canary.release.spec.name} is the canary`);
        canary = await deploy(release, backend.url);
        await splitter.call('setCanary', { url: canary.process.url });
      },
      async setWeight(percent) {
        currentCanary();
        await splitter.call('setWeight', { percent });
      },
      async observe(version, window) {
        while (clock.now() < window.untilMs) await sleep(window.untilMs - clock.now(), undefined, { signal });
        await assertWhole();
        return splitter.call('observe', { version, ...window });
      },
      async promote() {
        const promoted = currentCanary();
        await splitter.call('promoteCanary', null);
        retire(stable);
        [stable, canary] = [promoted, null];
      },
      async abort() {
        const aborted = currentCanary();
        await splitter.call('dropCanary', null);
        retire(aborted);
        canary = null;
      },
      load: () => generator.call('status', null),
      processes: () => [...running].filter(({ isRunning }) => isRunning()).map(({ name, pid }) => ({ name, pid })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
