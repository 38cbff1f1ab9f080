import { type BuildItem, buildItems } from '@promotable/contracts';
import type { PolicyEngine } from '@promotable/policies';
import { type Invocation, type Register, collect, withExamples } from '../command.ts';
import { embeddedPolicy, type LayerOptions, withLayer } from '../embedded-policy.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { renderDemands, renderTried } from '../render/tried-reports.ts';
import { renderVerdict } from '../render/verdict.ts';
import { triedItems } from '../try/tried-items.ts';
import { type ReportOptions, type TriedReports, triedReports } from '../try/tried-reports.ts';

interface TryOptions extends LayerOptions, ReportOptions {
  readonly service: string;
  readonly environment: string;
}

export const registerTry: Register = (command, act) => {
  withLayer(command)
    .option('--sbom <file>', 'CycloneDX, SPDX or Syft JSON')
    .option('--junit <file>', 'JUnit XML; may be repeated', collect)
    .option('--coverage <file>', 'LCOV; may be repeated', collect)
    .option('--scan <file>', 'Grype JSON, Trivy JSON or SARIF of one scanner; may be repeated', collect)
    .option('--vex <file>', 'OpenVEX that says which findings of --scan do not affect you; may be repeated', collect)
    .option('--provenance <file>', 'SLSA provenance v1, as a statement or in the envelope or bundle that cosign and GitHub write')
    .option('--assume-offset <offset>', 'offset of report times that state none, such as +00:00')
    .option('--service <name>', 'whose thresholds', 'mine')
    .option('--environment <name>', 'where', 'production');
  withExamples(command, [
    'mc try --sbom bom.json --junit junit.xml',
    'mc try --sbom bom.json --junit junit.xml --coverage lcov.info --scan grype.json --provenance provenance.sigstore.json',
    'mc try --junit a.xml --junit b.xml --layer strict --json',
  ]);
  act<TryOptions>(command, tryReports);
};

/** Stands for the artifact, which is not asked for here: the reports are judged as if they spoke of it. */
const digest = `sha256:${'0'.repeat(64)}`;

async function tryReports({ io, options, json }: Invocation<TryOptions>): Promise<ExitCode> {
  const { sbom, junit, coverage, scan, provenance } = options;
  if ([sbom, junit, coverage, scan, provenance].every((report) => report === undefined))
    throw new McError('USAGE', 'Nothing to judge: give --sbom, --junit, --coverage, --scan or --provenance.');
  const [{ evidenceFacts }, { entrypoints, renderReason }, { policy, engine }] = await Promise.all([
    import('@promotable/gate'),
    import('@promotable/policies'),
    embeddedPolicy(io, options),
  ]);
  const reports = await triedReports(io, options);
  const now = io.clock.now();
  const subject = { tenant: 'none', service: options.service, releaseId: 'try', environment: options.environment };
  const facts = evidenceFacts({ subject, digests: [digest], evidence: triedItems(reports, digest, now), now });
  const result = engine.evaluate(entrypoints.evidence, facts);
  const [reasons, warnings] = [result.reasons.map(renderReason), result.warnings.map(renderReason)];
  const levels = levelsOf(engine, options);
  if (json) {
    const said = { notADecision: true, layer: policy.layer, verdict: result.verdict, reasons, warnings };
    io.stdout(`${JSON.stringify({ ...said, measured: measuredBy(reports), levels }, null, 2)}\n`);
  } else
    io.stdout(
      `NOT A DECISION: your files under the layer ${policy.layer}, unsigned and on no record.\n${renderTried(reports, levels)}${renderVerdict(result.verdict, reasons, warnings)}${renderDemands(reports, levels)}`,
    );
  return exitCodeOf(result.verdict);
}

/** What each item is worth to a gate there: a part of the evidence may be tried alone, a gate asks for every required item. */
function levelsOf(engine: PolicyEngine, { service, environment }: TryOptions): Record<BuildItem, string> {
  const { values } = engine.thresholds(service, environment);
  return Object.fromEntries(buildItems.map((item) => [item, values[`${item}Level`]])) as Record<BuildItem, string>;
}

function measuredBy({ sbom, tests, coverage, scan, provenance }: TriedReports) {
  return {
    components: sbom?.value.components ?? null,
    tests: tests === null ? null : countsOf(tests.value),
    lines: coverage?.value.lines ?? null,
    findings: scan?.value.counts ?? null,
    builder: provenance?.value.builderId ?? null,
  };
}

function countsOf({ total, passed, failed, errors, skipped }: NonNullable<TriedReports['tests']>['value']) {
  return { total, passed, failed, errors, skipped };
}
