// Scenes that several tests start from.
import type { GateAnswer, Principal } from '@promotable/contracts';
import { askRollout } from '../server.ts';
import { builtRelease, standing, type WindowOptions, windowRecord } from './evidence.ts';
import { ask20, principal, startOfTime, type World } from './world.ts';

export const minute = 60_000;

export type Question = Omit<typeof ask20, 'podTemplateHash'> & { readonly podTemplateHash?: string };

export function ask(world: World, question: Question = ask20, caller: Principal = principal()): Promise<GateAnswer> {
  return askRollout(world.module.gate, caller, question);
}

/** Starts the stage, lets warm-up and window go by, and publishes the window: the release is ready to be judged. */
export async function measuredStage(
  world: World,
  question: Question = ask20,
  window: Partial<WindowOptions> = {},
  tenant = 'acme',
): Promise<void> {
  await ask(world, question, principal(tenant));
  const lengthMs = question.stage === '20' ? 5 * minute : 10 * minute;
  world.clock.advance(lengthMs + 2 * minute);
  publishWindow(world, question, { lengthMs, ...window }, tenant);
}

/** A window that ended a second ago. */
export function publishWindow(world: World, question: Question, window: Partial<WindowOptions> = {}, tenant = 'acme'): void {
  const { digests } = question;
  const podTemplateHash = question.podTemplateHash ?? null;
  const counting = windowRecord({ until: world.clock.now() - 1000, digests, podTemplateHash, ...window });
  world.setEvidence(question, { ...builtRelease({ until: startOfTime - minute, digests }), slo: standing(counting) }, tenant);
}

/** Through both stages to a pass of the last one. */
export async function promoted(world: World, release: { readonly releaseId: string; readonly digests: string[] }): Promise<void> {
  for (const stage of ['20', '50']) {
    const question = { ...ask20, ...release, stage, podTemplateHash: `pod${release.releaseId}` };
    await measuredStage(world, question);
    const { verdict, reasons } = await ask(world, question);
    if (verdict !== 'pass') throw new Error(`${release.releaseId} did not pass ${stage}: ${JSON.stringify(reasons)}`);
  }
}

export function codes({ reasons }: Pick<GateAnswer, 'reasons'>): string[] {
  return reasons.map(({ code }) => code);
}
