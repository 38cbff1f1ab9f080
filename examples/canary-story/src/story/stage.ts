// One stage of a rollout: the gate is asked first, for that starts the stage; then windows are measured until it answers pass or fail.
import { setTimeout as sleep } from 'node:timers/promises';
import type { GateQuestion } from '@promotable/contracts';
import type { ClientAnswer } from '@promotable/gate/client';
import type { SignedEvidence } from '@promotable/sdk-evidence';
import { StoryError } from '../story-error.ts';
import { type PackedRelease, podTemplateHash } from '../world/release.ts';
import { watchGate } from './ask.ts';
import { collectWindow } from './collect.ts';
import { environment, service, windowMsOf } from './settings.ts';
import type { Expected } from './story-step.ts';
import type { StoryParts } from './story-parts.ts';

export interface Canary {
  /** What the story calls it. */
  readonly letter: string;
  readonly release: PackedRelease;
}

export interface OpenStage {
  /** The answer that began the stage. */
  readonly opening: ClientAnswer;
  /** Pass or fail, for which the gate is asked all the time; after `patienceMs` the latest hold. */
  within(patienceMs: number): Promise<ClientAnswer>;
  /** Waits for the next window of the stage and signs what it showed. */
  measure(): Promise<SignedEvidence>;
  /** Stops asking. */
  close(): void;
}

/** Windows that are measured before a stage is given up. */
const maxWindows = 4;

/** What a rollout controller asks about a canary at a weight. */
export function questionOf({ spec, digest }: PackedRelease, stage: string, releaseId = spec.releaseId): GateQuestion {
  return { service, releaseId, environment, stage, digests: [digest], podTemplateHash: podTemplateHash({ releaseId, digest }) };
}

/** Sends the canary its share and asks the gate for the first time. `silently`: the first hold is told by the caller. */
export async function openStage(
  { narrator, world, ask, settings, publishing, clock, signal }: StoryParts,
  { letter, release }: Canary,
  stage: string,
  { silently = false } = {},
): Promise<OpenStage> {
  await world.setWeight(Number(stage));
  const closing = new AbortController();
  const until = AbortSignal.any([signal, closing.signal]);
  let latest: ClientAnswer | null = null;
  let held: (answer: ClientAnswer) => void = () => {};
  const firstHold = new Promise<ClientAnswer>((resolve) => {
    held = resolve;
  });
  const onHold = (answer: ClientAnswer) => {
    if (latest !== null || !silently) narrator.held(letter, stage, answer.reasons);
    latest = answer;
    held(answer);
  };
  const decision = watchGate({
    ask: (asking) => ask(questionOf(release, stage), asking),
    onHold,
    pollMs: settings.gatePollMs,
    signal: until,
  });
  // Closed before it is decided, it rejects with nobody waiting.
  decision.catch(() => undefined);
  const opening = await Promise.race([firstHold, decision]);
  let windows = 0;
  let fromMs = Date.parse(opening.decision?.stageStartedAt ?? '') + settings.warmUpMs;
  return {
    opening,
    close: () => closing.abort(),
    async within(patienceMs) {
      const waiting = new AbortController();
      const patience = sleep(patienceMs, null, { signal: AbortSignal.any([until, waiting.signal]) });
      try {
        return await Promise.race([decision, patience.then(() => latest ?? opening)]);
      } finally {
        waiting.abort();
      }
    },
    async measure() {
      if (Number.isNaN(fromMs)) throw new StoryError('MC_ANSWER_INVALID', `the gate does not say when stage ${stage} of ${letter} began`);
      const window = { fromMs, untilMs: fromMs + windowMsOf(settings, stage) };
      windows += 1;
      fromMs = window.untilMs;
      narrator.say(
        `${letter} ${stage} %`,
        `measuring ${(window.untilMs - window.fromMs) / 1000} s, from ${Math.max(0, (window.fromMs - clock.now()) / 1000).toFixed(1)} s on${windows === 1 ? '' : ` (window ${windows})`}`,
      );
      const run = { provider: 'npm-start', id: release.spec.releaseId, attempt: windows };
      const statement = await collectWindow({ world, release, stage, window, run, signal });
      return publishing.sign(`${letter}-${stage}-${windows}`, statement);
    },
  };
}

/** Takes a canary through one stage, measuring again while the gate holds, and tells the verdict. */
export async function judgeStage(parts: StoryParts, canary: Canary, stage: string, expected: Expected): Promise<ClientAnswer> {
  const { publishing, settings, clock } = parts;
  const since = clock.monotonic();
  const open = await openStage(parts, canary, stage);
  try {
    let answer = open.opening;
    for (let windows = 0; answer.verdict === 'hold' && windows < maxWindows; windows += 1) {
      await publishing.publish(await open.measure());
      // A gate that asks every second has its answer by then; if not, the next window tells.
      answer = await open.within(3 * settings.gatePollMs);
    }
    tellVerdict(parts, canary, stage, answer, { since, expected });
    return answer;
  } finally {
    open.close();
  }
}

/** Whether the window that counts is one of this very canary at this stage. */
function isOfStage({ reasons }: ClientAnswer): boolean {
  return reasons.every(({ code }) => code !== 'WINDOW_NOT_OF_STAGE');
}

/** The verdict with the figures that MC gives beside it. */
export function tellVerdict(
  { narrator }: StoryParts,
  { letter }: Pick<Canary, 'letter'>,
  stage: string,
  answer: ClientAnswer,
  { since, expected }: { readonly since: number; readonly expected: Expected },
): void {
  const { verdict, reasons, warnings, decision } = answer;
  narrator.tell(
    {
      release: letter,
      stage,
      verdict,
      reasons,
      warnings,
      measured: isOfStage(answer) ? (answer.answer?.measured ?? null) : null,
      decisionId: decision?.id ?? null,
      since,
    },
    expected,
  );
}
