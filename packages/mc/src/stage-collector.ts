// `mc gate rollout --collect`: one window of the stage → signed evidence → MC.
import type { CostValue, DecisionPredicate, GateQuestion } from '@promotable/contracts';
import { TelemetryError } from '@promotable/telemetry';
import type { StageReading, StageTiming } from '@promotable/telemetry/prometheus';
import { type CollectOptions, costOf, percentilesOf, snapshotsOf, syntheticTemplate, versionsOf } from './collecting.ts';
import { embeddedPolicy } from './embedded-policy.ts';
import type { Io } from './io.ts';
import { openSpool } from './open-spool.ts';
import { chosenTemplate, patienceMs, prometheusClient } from './prometheus-options.ts';
import { createMcPublisher } from './publishing.ts';
import { redactionOf } from './redacting.ts';
import { printable } from './render/printable.ts';
import { signingKey } from './signing-key.ts';

/** What became of one attempt to measure. */
export type Collected =
  | {
      readonly outcome: 'published' | 'spooled';
      readonly statementDigest: string;
      readonly window: { readonly from: string; readonly until: string };
      readonly samples: object;
      readonly source: string;
      readonly late: string | null;
    }
  /** This window was published before by this very process. */
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'pending'; readonly dueAt: string }
  | { readonly outcome: 'no_data'; readonly code: string; readonly message: string };

export interface StageCollector {
  /** Measures the stage that this decision speaks of and publishes what it showed. */
  collect(decision: DecisionPredicate): Promise<Collected>;
  close(): Promise<void>;
}

/** Everything is read and checked before anything is asked. */
export async function createStageCollector(io: Io, options: CollectOptions, question: GateQuestion): Promise<StageCollector> {
  const [{ collectStage, stageWindow, unitCost }, { buildStageEvidence, signEvidence }, { publishOrSpool }, { localSigner }] =
    await Promise.all([
      import('@promotable/telemetry/prometheus'),
      import('@promotable/sdk-evidence'),
      import('@promotable/sdk-evidence/spool'),
      import('@promotable/attest'),
    ]);
  const { podTemplateHash } = question;
  const versions = versionsOf(io, options, podTemplateHash);
  const reading = percentilesOf(options);
  const [client, template, synthetic, snapshots, cost, settings, redaction] = await Promise.all([
    prometheusClient(io, options),
    chosenTemplate(io, options),
    syntheticTemplate(io, options),
    snapshotsOf(io, options),
    costOf(io, options, versions.canary, podTemplateHash),
    stageSettings(io, options, question),
    redactionOf(io, {}),
  ]);
  const signer = localSigner(await signingKey(io, options));
  const publisher = await createMcPublisher(io, options);
  const { spool } = await openSpool(io, options);
  let published: number | null = null;

  async function costIn({ window, samples }: StageReading): Promise<CostValue | undefined> {
    if (cost === null) return undefined;
    return unitCost({ client, ...cost, window, requests: samples.slo, signal: io.signal }).catch((error: unknown) => {
      const { code, message } = noDataOf(error);
      io.stderr(printable(`mc: no unit cost: ${code}: ${message}\n`));
      return undefined;
    });
  }

  async function publish(measured: StageReading, decision: DecisionPredicate): Promise<Collected> {
    const { window, slo, samples, late } = measured;
    const costs = await costIn(measured);
    const observed = { from: new Date(window.fromMs).toISOString(), until: new Date(window.untilMs).toISOString() };
    const digests = question.digests ?? [];
    const statement = buildStageEvidence(
      {
        service: question.service,
        releaseId: question.releaseId,
        artifacts: digests.map((digest) => ({ name: digest, sha256: digest.replace(/^sha256:/, '') })),
        ...(digests.length === 0 ? { tenant: decision.subject.tenant } : {}),
        environment: question.environment,
        checkpoint: question.stage,
        podTemplateHash: podTemplateHash ?? { absent: 'NOT_APPLICABLE' },
        window: observed,
        slo,
        samples: { ...samples, ...(costs === undefined ? {} : { cost: samples.slo }) },
        ...(costs === undefined ? {} : { cost: costs }),
        // The same for every replica, so that all of them make the same statement.
        run: { provider: 'mc-collect', id: podTemplateHash ?? question.releaseId, attempt: 1 },
      },
      redaction,
    );
    const evidence = await signEvidence(statement, signer, io.signal);
    const { outcome } = await publishOrSpool(evidence, { publisher, spool, signal: io.signal });
    return {
      outcome: outcome === 'spooled' ? 'spooled' : 'published',
      statementDigest: evidence.statementDigest,
      window: observed,
      samples,
      source: slo.source,
      late: late?.code ?? null,
    };
  }

  return {
    async collect(decision) {
      const startedAtMs = Date.parse(decision.stageStartedAt ?? '');
      if (Number.isNaN(startedAtMs)) return { outcome: 'no_data', code: 'STAGE_UNKNOWN', message: 'MC does not say when the stage began' };
      const timing: StageTiming = { startedAtMs, ...settings.timing };
      const due = stageWindow(io.clock.now(), timing);
      if ('untilMs' in due && due.untilMs === published) return { outcome: 'unchanged' };
      try {
        const { samplesNeeded } = settings;
        const { clock, random, signal } = io;
        const measured = await collectStage({
          client,
          template,
          ...versions,
          timing,
          samplesNeeded,
          synthetic,
          snapshots,
          patienceMs: patienceMs(options),
          reading,
          clock,
          random,
          signal,
        });
        if ('absent' in measured) return { outcome: 'pending', dueAt: new Date(measured.dueAtMs).toISOString() };
        const collected = await publish(measured, decision);
        // Late figures are asked for again; fresh ones once.
        if (measured.late === null) published = measured.window.untilMs;
        return collected;
      } catch (error) {
        // Who stops the command still hears the verdict that stands.
        if (io.signal.aborted) return { outcome: 'no_data', code: 'ABORTED', message: 'stopped before the window was measured' };
        return { outcome: 'no_data', ...noDataOf(error) };
      }
    },
    close: () => spool.close(),
  };
}

/** Figures that are not there are no reason to end: the gate holds. A fault of the configuration is. */
function noDataOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof TelemetryError) || error.status < 500) throw error;
  return { code: error.code, message: error.message };
}

/** How this stage is measured, by the layers of the policy. */
async function stageSettings(
  io: Io,
  options: CollectOptions,
  { service, environment, stage }: GateQuestion,
): Promise<{ readonly timing: Omit<StageTiming, 'startedAtMs'>; readonly samplesNeeded: number }> {
  const [{ engine }, { minimumSamples }] = await Promise.all([embeddedPolicy(io, options), import('@promotable/policies')]);
  const { windowMs, warmUpMs, collectEveryMs, p95BudgetMs, p99BudgetMs, errorRateBudget } = engine.thresholds(service, environment).values;
  const budgets = [...(p95BudgetMs === null ? [] : [0.05]), ...(p99BudgetMs === null ? [] : [0.01]), errorRateBudget];
  return {
    timing: { warmUpMs, everyMs: collectEveryMs, windowMs: windowMs[stage] ?? Math.max(...Object.values(windowMs)) },
    samplesNeeded: Math.max(...budgets.map(minimumSamples)),
  };
}

/** One line of what became of it. */
export function renderCollected(collected: Collected): string {
  switch (collected.outcome) {
    case 'unchanged':
      return '';
    case 'pending':
      return `the first window of this stage ends at ${collected.dueAt}`;
    case 'no_data':
      return `nothing published: ${collected.code}: ${collected.message}`;
    default: {
      const { outcome, window, source, late, statementDigest } = collected;
      const why = late === null ? '' : `; ${late}, so figures from before stand in`;
      return `${outcome} the window ${window.from} to ${window.until} (${source}) as ${statementDigest.slice(0, 12)}…${why}`;
    }
  }
}
