import { type Invocation, type Register, collect, withExamples } from '../command.ts';
import { embeddedPolicy, type LayerOptions, withLayer } from '../embedded-policy.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { renderVerdict } from '../render/verdict.ts';
import { document } from './evidence-build.ts';

interface TryOptions extends LayerOptions {
  readonly sbom?: string;
  readonly junit?: string[];
  readonly assumeOffset?: string;
  readonly service: string;
  readonly environment: string;
}

export const registerTry: Register = (command, act) => {
  withLayer(command)
    .option('--sbom <file>', 'CycloneDX, SPDX or Syft JSON')
    .option('--junit <file>', 'JUnit XML; may be repeated', collect)
    .option('--assume-offset <offset>', 'offset of report times that state none, such as +00:00')
    .option('--service <name>', 'whose thresholds', 'mine')
    .option('--environment <name>', 'where', 'production');
  withExamples(command, ['mc try --sbom bom.json --junit junit.xml', 'mc try --junit a.xml --junit b.xml --layer strict --json']);
  act<TryOptions>(command, tryReports);
};

/** Stands for the artifact, which is not asked for here: the reports are judged as if they spoke of it. */
const digest = `sha256:${'0'.repeat(64)}`;

async function tryReports({ io, options, json }: Invocation<TryOptions>): Promise<ExitCode> {
  if (options.sbom === undefined && options.junit === undefined)
    throw new McError('USAGE', 'Nothing to judge: give --sbom, --junit or both.');
  const [{ readSbom, readJUnit }, { entrypoints, renderReason }, { policy, engine }] = await Promise.all([
    import('@promotable/sdk-evidence'),
    import('@promotable/policies'),
    embeddedPolicy(io, options),
  ]);
  const sbom = options.sbom === undefined ? null : readSbom(await document(io, options.sbom, 'the SBOM'));
  const tests =
    options.junit === undefined
      ? null
      : readJUnit(
          await Promise.all(options.junit.map((path) => document(io, path, 'the test report'))),
          options.assumeOffset === undefined ? {} : { assumeOffset: options.assumeOffset },
        );
  const provenance = { evidenceId: '0'.repeat(64), covers: [digest], signer: 'trusted', failedRuns: 0 };
  const ageMs = (until: number | undefined) => (until === undefined ? 0 : Math.max(0, io.clock.now() - until));
  const facts = {
    schema: 'https://promotable.dev/facts/evidence/v1',
    subject: { tenant: 'none', service: options.service, releaseId: 'try', environment: options.environment },
    request: { digests: [digest] },
    items: {
      sbom: [
        {
          ...provenance,
          ageMs: ageMs(sbom?.observed?.until),
          value:
            sbom === null
              ? { absent: 'SBOM_ABSENT' }
              : { components: sbom.value.components, componentsDigest: sbom.value.componentsDigest },
        },
      ],
      tests: [
        { ...provenance, ageMs: ageMs(tests?.observed?.until), value: tests === null ? { absent: 'TESTS_ABSENT' } : counts(tests.value) },
      ],
      coverage: { absent: 'NO_EVIDENCE' },
      scan: { absent: 'NO_EVIDENCE' },
      provenance: { absent: 'NO_EVIDENCE' },
    },
  };
  const result = engine.evaluate(entrypoints.evidence, facts);
  const [reasons, warnings] = [result.reasons.map(renderReason), result.warnings.map(renderReason)];
  const measured = { components: sbom?.value.components ?? null, tests: tests === null ? null : counts(tests.value) };
  if (json)
    io.stdout(
      `${JSON.stringify({ notADecision: true, layer: policy.layer, verdict: result.verdict, reasons, warnings, measured }, null, 2)}\n`,
    );
  else {
    const read = [
      sbom === null ? null : `${sbom.value.components} components`,
      tests === null
        ? null
        : `${tests.value.total} tests, ${tests.value.failed + tests.value.errors} failed, ${tests.value.skipped} skipped`,
    ];
    io.stdout(
      `NOT A DECISION: your files under the layer ${policy.layer}, unsigned and on no record.\nread: ${read.filter((text) => text !== null).join('; ')}\n${renderVerdict(result.verdict, reasons, warnings)}`,
    );
  }
  return exitCodeOf(result.verdict);
}

function counts({
  total,
  passed,
  failed,
  errors,
  skipped,
}: {
  total: number;
  passed: number;
  failed: number;
  errors: number;
  skipped: number;
}) {
  return { total, passed, failed, errors, skipped };
}
