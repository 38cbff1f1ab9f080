import { milliseconds, percent, stageName } from '../marks/figures.ts';
import { type SloWindow, type StageOfWindows, stagesOfWindows } from './slo-window.ts';
import type { ToldBudget, ToldStory } from './told.ts';
import { type Series, WindowPlot } from './window-plot.tsx';
import { WindowTable } from './window-table.tsx';

/** What was measured of the canary, stage by stage, against its budget and against the stable version. */
export function StageWindows({ story: { evidence, budgets } }: { story: ToldStory }) {
  const stages = stagesOfWindows(evidence);
  return (
    <section aria-labelledby="windows">
      <h2 id="windows">Stage windows</h2>
      {stages.length === 0 ? (
        <p class="quiet">No window of a canary is on record yet.</p>
      ) : (
        <p class="key-line" aria-hidden="true">
          <span class="line canary">this release</span> <span class="line stable">stable version</span>{' '}
          <span class="line budget">budget</span>
        </p>
      )}
      {stages.map((stage) => (
        <Stage
          key={`${stage.environment}/${stage.stage}`}
          stage={stage}
          budget={budgets.find(({ environment }) => environment === stage.environment) ?? null}
        />
      ))}
    </section>
  );
}

function Stage({ stage: { environment, stage, windows }, budget }: { stage: StageOfWindows; budget: ToldBudget | null }) {
  const series = (pick: (measure: SloWindow['canary']) => number | null): Series => ({
    times: windows.map(({ until }) => until / 1000),
    canary: windows.map(({ canary }) => pick(canary)),
    stable: windows.map(({ stable }) => (stable === null ? null : pick(stable))),
  });
  return (
    <div class="stage-windows">
      <h3>
        {environment}, {stageName(stage)} <span class="quiet">{windows.length === 1 ? '1 window' : `${windows.length} windows`}</span>
      </h3>
      <div class="plots">
        <WindowPlot title="p95" series={series(({ p95Ms }) => p95Ms)} budget={budget?.p95Ms ?? null} format={milliseconds} />
        <WindowPlot title="p99" series={series(({ p99Ms }) => p99Ms)} budget={budget?.p99Ms ?? null} format={milliseconds} />
        <WindowPlot title="errors" series={series(({ errorRate }) => errorRate)} budget={budget?.errorRate ?? null} format={percent} />
      </div>
      <WindowTable caption={`Windows of ${environment}, ${stageName(stage)}`} windows={windows} />
    </div>
  );
}
