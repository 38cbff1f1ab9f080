// The story in its order: what runs at the same time as what, and what goes on when an act did not come out as told.
import type { Clock } from '@promotable/contracts';
import { memoryState } from '@promotable/gate/client';
import { tokenFromFile } from '@promotable/sdk-evidence';
import type { DataDirectory } from '../data-directory.ts';
import { type MissionControl, startMissionControl } from '../mission-control.ts';
import { startWorld, type World } from '../world/world.ts';
import { createAsk } from './ask.ts';
import { createBuilds } from './builds.ts';
import { castOf, requestsPerSecond } from './cast.ts';
import { tellEnding, tellWhere } from './ending.ts';
import { readLocalConnection } from './local-connection.ts';
import { createMc } from './mc-command.ts';
import { tellOpening } from './opening.ts';
import type { Narrator } from './narrator.ts';
import { createPublishing } from './publishing.ts';
import { tellReplay } from './replay.ts';
import { storySettings } from './settings.ts';
import { tellStepA } from './step-a.ts';
import { tellStepB } from './step-b.ts';
import { tellStepC } from './step-c.ts';
import { tellStepD } from './step-d.ts';
import type { StoryParts } from './story-parts.ts';
import { NotAsTold } from './story-step.ts';
import { tellTampering } from './tampering.ts';

export interface StoryOptions {
  readonly directory: DataDirectory;
  readonly port: number | null;
  readonly reset: boolean;
  readonly production: boolean;
  /** Where `npm start` was called. */
  readonly cwd: string;
  readonly narrator: Narrator;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told as soon as there is something to stop. */
  readonly onStarted: (started: { readonly stop: () => Promise<void> }) => void;
}

/** Tells the story to its end and leaves Mission Control running. @throws PoliciesError, StoryError, WorldError and others for what is no part of the story */
export async function tellStory({
  directory,
  port,
  reset,
  production,
  cwd,
  narrator,
  clock,
  signal,
  onStarted,
}: StoryOptions): Promise<MissionControl> {
  const settings = await storySettings(production);
  const cast = castOf(clock.now());
  tellOpening(narrator, settings);
  const builds = createBuilds({
    cast,
    directory: directory.releases,
    signal,
    onReady: ({ spec, digest }) => narrator.say(spec.name, `packed: ${spec.releaseId} ${spec.version}, ${digest.slice(0, 19)}…`),
  });

  const startingMc = startMissionControl({ data: directory.path, port, reset, log: directory.log, signal }).then((started) => {
    onStarted(started);
    narrator.say('', `Mission Control is up at ${started.url}`);
    return started;
  });
  const startingWorld = builds.packed('stable').then(async (stable) => {
    builds.built('A').catch(() => undefined);
    const started = await startWorld({ stable, clock, signal, perSecond: requestsPerSecond });
    onStarted(started);
    return started;
  });
  const [missionControl, world] = await bothOf(startingMc, startingWorld);

  const connection = await readLocalConnection(directory.path);
  const token = tokenFromFile(connection.tokens.gate);
  const ask = createAsk({
    url: connection.url,
    token: async () => (await token({ signal })).trim(),
    trust: { rootPublicKey: connection.rootPublicKey },
    state: memoryState(),
    clock,
    attemptMs: settings.gateAttemptTimeoutMs,
    totalMs: settings.gateTotalMs,
  });
  const publishing = await createPublishing({ connection, evidence: directory.evidence, settings, signal });
  const parts: StoryParts = { narrator, cast, builds, world, missionControl, ask, publishing, settings, clock, signal };

  await act(world, () => tellStepA(parts));
  const failed = await act(world, () => tellStepB(parts));
  await act(world, () => tellStepC(parts));
  await act(world, () => tellStepD(parts));

  const stoppingWorld = world.stop();
  stoppingWorld.catch(() => undefined);
  const mc = createMc(directory.path, signal);
  // Read anew: the database that came back with Mission Control listens elsewhere.
  const { postgresUri } = await readLocalConnection(directory.path);
  await act(null, () => tellTampering(parts, { data: directory.path, postgresUri, mc, answer: failed }));
  const decisionId = failed?.decision?.id ?? narrator.steps.findLast((step) => step.decisionId !== null)?.decisionId ?? null;
  if (decisionId !== null) {
    const ending = { cwd, data: directory.path, folder: directory.decision, decisionId };
    await act(null, () => tellEnding(parts, { ...ending, mc }));
    await act(null, () => tellReplay(parts, mc));
    tellWhere(parts, ending);
  }
  await stoppingWorld;
  return missionControl;
}

/** Both, or the first failure once neither is still starting: what has started must be known to be stopped. */
async function bothOf(missionControl: Promise<MissionControl>, world: Promise<World>): Promise<[MissionControl, World]> {
  await Promise.allSettled([missionControl, world]);
  return Promise.all([missionControl, world]);
}

/** An act that did not come out as told ends, its canary is taken back where there is a world, and the next one goes on. */
async function act<T>(world: World | null, tell: () => Promise<T>): Promise<T | null> {
  try {
    return await tell();
  } catch (error) {
    if (!(error instanceof NotAsTold)) throw error;
    if (world !== null && world.canary !== null) await world.abort();
    return null;
  }
}
