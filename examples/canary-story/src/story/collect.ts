// From the running canary to a statement: one window observed at the splitter, the stable version beside it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CostValue, SloMeasure, Statement } from '@promotable/contracts';
import { buildStageEvidence } from '@promotable/sdk-evidence';
import type { SloWindow, TimeWindow } from '@promotable/telemetry';
import { StoryError } from '../story-error.ts';
import type { PackedRelease } from '../world/release.ts';
import type { Measurement } from '../world/splitter.ts';
import type { World } from '../world/world.ts';
import { environment, service } from './settings.ts';
import { cpuSeconds, estimatedCost } from './unit-cost.ts';

export interface Collection {
  readonly world: World;
  readonly release: PackedRelease;
  readonly stage: string;
  readonly window: TimeWindow;
  readonly run: { readonly provider: string; readonly id: string; readonly attempt: number };
  readonly signal: AbortSignal;
}

/** Waits for the window to end and states what it showed. @throws StoryError `NOTHING_MEASURED`; WorldError of `observe` */
export async function collectWindow({ world, release, stage, window, run, signal }: Collection): Promise<Statement> {
  const pid = world.processes().find(({ name }) => name === release.spec.name)?.pid;
  const cpu = async () => (pid === undefined ? null : cpuSeconds(pid, signal));
  await sleep(Math.max(0, window.fromMs - Date.now()), undefined, { signal });
  const before = await cpu();
  const canary = measuredOf('canary', await world.observe('canary', window));
  const after = await cpu();
  const stable = measuredOf('stable', await world.observe('stable', window));
  const cost: CostValue | null =
    before === null || after === null || canary.answered === 0 ? null : estimatedCost(after - before, canary.answered);
  return buildStageEvidence({
    service,
    releaseId: release.spec.releaseId,
    artifacts: [artifactOf(release)],
    environment,
    checkpoint: stage,
    podTemplateHash: release.podTemplateHash,
    window: { from: new Date(window.fromMs).toISOString(), until: new Date(window.untilMs).toISOString() },
    slo: { source: 'splitter', canary: sloMeasure(canary), stable: sloMeasure(stable) },
    samples: { slo: canary.samples, stable: stable.samples, ...(cost === null ? {} : { cost: canary.answered }) },
    ...(cost === null ? {} : { cost }),
    run,
  });
}

/** What evidence is bound to: the packed tarball. */
export function artifactOf({ spec, digest }: PackedRelease): { readonly name: string; readonly sha256: string } {
  return { name: `${service}-${spec.version}.tgz`, sha256: digest.slice('sha256:'.length) };
}

function measuredOf(version: string, measurement: Measurement): SloWindow {
  if ('absent' in measurement)
    throw new StoryError('NOTHING_MEASURED', `the ${version} version could not be measured: ${measurement.absent}`);
  return measurement;
}

function sloMeasure({ p95Ms, p99Ms, errorRate, open }: SloWindow): SloMeasure {
  return { p95Ms, p99Ms, errorRate, open };
}
