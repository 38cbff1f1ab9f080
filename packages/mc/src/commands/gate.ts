import { appendFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isCodedError } from '@promotable/contracts';
import type { ClientAnswer, DryRun } from '@promotable/gate/client';
import { Option } from 'commander';
import { type CollectOptions, withCollecting } from '../collecting.ts';
import { type Act, collect, type Invocation, type Register, withExamples } from '../command.ts';
import { connect } from '../connection.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { makeDirectory } from '../make-directory.ts';
import { McError } from '../mc-error.ts';
import { durationMs } from '../duration.ts';
import { overrideFiles } from '../override-files.ts';
import { releaseHelp, releaseOf } from '../release-of.ts';
import type { Io } from '../io.ts';
import { withPublishing } from '../publishing.ts';
import { type GateFormat, gateFormats } from '../render/gate-format.ts';
import { printable } from '../render/printable.ts';
import { renderMeasured } from '../render/measured.ts';
import { renderVerdict } from '../render/verdict.ts';
import { type Collected, createStageCollector, renderCollected, type StageCollector } from '../stage-collector.ts';
import { pinnedRoot } from '../trusted-keys.ts';
import { keepUsed, recordUsed } from '../used-overrides.ts';
import { registerProven } from './gate-proven.ts';
import { registerServe } from './gate-serve.ts';

interface RolloutOptions extends CollectOptions {
  readonly service: string;
  readonly release?: string;
  readonly environment: string;
  readonly stage: string;
  readonly digest?: string[];
  readonly podTemplateHash?: string;
  readonly wait?: string | true;
  readonly poll: string;
  readonly state?: string;
  readonly format: string;
  readonly dryRun?: boolean;
  readonly shadow?: boolean;
  readonly override?: string;
}

export const registerGate: Register = (gate, act) => {
  registerRollout(gate, act);
  registerServe(gate, act);
  registerProven(gate, act);
};

const registerRollout = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withCollecting(withPublishing(parent.command('rollout')))
    .description('ask MC about one stage of a rollout and believe only a signed decision')
    .requiredOption('--service <name>', 'the service')
    .option('--release <id>', releaseHelp)
    .requiredOption('--environment <name>', 'where it rolls out')
    .requiredOption('--stage <weight>', 'canary weight from 1 to 99, or `complete`')
    .option('--digest <sha256:…>', 'digest of a container that runs; repeat for each', collect)
    .option('--pod-template-hash <hash>', 'names the pods of the canary')
    .option('--wait [duration]', 'go on asking while it is held, at most this long, such as 10m (without one: 4h); then exit code 3')
    .option('--poll <duration>', 'rest between two questions', '15s')
    .addOption(new Option('--format <name>', 'how the answer is printed').choices(gateFormats).default('text'))
    .option('--dry-run', 'ask what would be decided now; nothing is recorded, and the answer is no decision')
    .option(
      '--shadow',
      'decide in shadow: signed and on record, but no pass of anything, and nobody is told; the exit code is the verdict all the same',
    )
    .option('--override <path>', 'signed override for the time MC is away: a file, or a folder of .json files; MC is told once it is back')
    .option('--state <file>', 'what was seen before, so that an older answer is refused (default: beside the local connection)');
  withExamples(command, [
    'mc gate rollout --service checkout --release A --environment production --stage 20 --digest sha256:… --pod-template-hash 6d4f9c7b58',
    'mc gate rollout … --stage 50 --wait 10m --json | jq -r .verdict',
    'mc gate rollout … --stage 50 --wait --format github',
    'mc gate rollout … --stage 20 --dry-run',
    'mc gate rollout … --stage 20 --shadow --wait || echo "would not have passed"',
    'mc gate rollout … --stage 20 --override override.json',
    'mc gate rollout … --stage 20 --wait 30m --collect --prometheus http://prometheus:9090 --stable-hash 5c8f7d6b9d --key key.pem',
  ]);
  act<RolloutOptions>(command, rollout);
};

async function rollout({ io, options, json }: Invocation<RolloutOptions>): Promise<ExitCode> {
  if (options.dryRun === true) refuseBeside(options);
  if (options.shadow === true && options.override !== undefined)
    throw new McError('USAGE', '--shadow goes not with --override: nothing waits to go on.');
  const { askGate, dryRunGate, fileState, memoryState } = await import('@promotable/gate/client');
  const connection = await connect(io, 'gate', options);
  const statePath = options.state ?? (connection.local === null ? undefined : join(connection.local.folder, 'gate-state.json'));
  const question = {
    service: options.service,
    releaseId: await releaseOf(io, options.release),
    environment: options.environment,
    stage: options.stage,
    ...(options.digest === undefined ? {} : { digests: options.digest }),
    ...(options.podTemplateHash === undefined ? {} : { podTemplateHash: options.podTemplateHash }),
    ...(options.shadow === true ? { shadow: true } : {}),
  };
  const trust = { rootPublicKey: await pinnedRoot(io, options) };
  if (options.dryRun === true) {
    const { clock, fetch, signal } = io;
    return reportDryRun(await dryRunGate({ url: connection.url, token: connection.token, question, trust, clock, fetch, signal }), {
      io,
      json,
    });
  }
  const state = statePath === undefined ? memoryState() : fileState(resolve(io.cwd, statePath));
  if (statePath !== undefined) await makeDirectory(dirname(resolve(io.cwd, statePath)), 0o700);
  const waitMs = options.wait === undefined ? 0 : durationMs('--wait', options.wait === true ? '4h' : options.wait);
  const deadline = io.clock.monotonic() + waitMs;
  const pollMs = durationMs('--poll', options.poll);
  if (pollMs < 100) throw new McError('USAGE', '--poll must be at least 100ms.');
  const { clock, fetch, signal } = io;
  const overrides = options.override === undefined ? null : resolve(io.cwd, options.override);
  const atHand = overrides === null ? {} : { overrides: () => overrideFiles(overrides) };
  const ask = () => askGate({ url: connection.url, token: connection.token, question, trust, state, clock, fetch, signal, ...atHand });
  const collector = options.collect === true ? await createStageCollector(io, options, question) : null;
  try {
    const { answer, collected } = await untilDecided({ ask, collector, deadline, pollMs }, io);
    const used = join(statePath === undefined ? resolve(io.cwd, '.promotable') : dirname(resolve(io.cwd, statePath)), 'used-overrides');
    if (answer.source === 'override' && answer.override !== null && overrides !== null)
      await keepUsed(used, answer.override, await overrideFiles(overrides));
    if (answer.source === 'mc') await recordUsed(used, io, connection);
    if (json || options.format === 'text') return report(answer, collected, { io, json });
    return await reportAs(options.format as GateFormat, answer, question, io);
  } finally {
    await collector?.close();
  }
}

/** A dry run measures nothing and waits for nothing. */
function refuseBeside({ wait, collect: collecting, format, shadow }: RolloutOptions): void {
  if (wait !== undefined || collecting === true || format !== 'text' || shadow === true)
    throw new McError('USAGE', '--dry-run goes with neither --wait, --collect, --shadow nor --format.');
}

function reportDryRun({ verdict, reasons, warnings }: DryRun, { io, json }: Pick<Invocation<never>, 'io' | 'json'>): ExitCode {
  if (json) io.stdout(`${JSON.stringify({ notADecision: true, verdict, reasons, warnings }, null, 2)}\n`);
  else io.stdout(`NOT A DECISION: what MC would say now, unsigned and on no record.\n${renderVerdict(verdict, reasons, warnings)}`);
  return exitCodeOf(verdict);
}

type Question = Readonly<Record<'service' | 'releaseId' | 'environment' | 'stage', string>>;

interface Watch {
  readonly ask: () => Promise<ClientAnswer>;
  readonly collector: StageCollector | null;
  readonly deadline: number;
  readonly pollMs: number;
}

async function untilDecided(
  { ask, collector, deadline, pollMs }: Watch,
  io: Io,
): Promise<{ readonly answer: ClientAnswer; readonly collected: Collected | null }> {
  for (let said = '', previous: ClientAnswer | null = null; ; ) {
    // Asked first: the question starts the stage, and what is known already needs no window.
    let answer = await askAgain(ask, previous, io);
    const collected = collector === null ? null : await collectFor(answer, collector, io);
    if (collected?.outcome === 'published') answer = await askAgain(ask, answer, io);
    const left = deadline - io.clock.monotonic();
    if (answer.verdict !== 'hold' || left <= 0 || io.signal.aborted) return { answer, collected };
    previous = answer;
    const codes = answer.reasons.map(({ code }) => code).join(', ');
    if (codes !== said) io.stderr(`mc: held: ${codes}; asking again for ${Math.ceil(left / 1000)} s\n`);
    said = codes;
    const rest = Math.min(left, pollMs, answer.retryAfterSeconds === null ? pollMs : Math.max(1000, answer.retryAfterSeconds * 1000));
    await delay(rest, undefined, { signal: io.signal }).catch(() => undefined);
  }
}

/** What cannot be asked at first is a fault of the configuration. Later it is a secret that is being replaced, or a disk: the hold goes on. */
async function askAgain(ask: Watch['ask'], previous: ClientAnswer | null, io: Io): Promise<ClientAnswer> {
  if (previous === null) return ask();
  try {
    return await ask();
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const { sayError } = await import('../report-error.ts');
    sayError(io, error);
    return previous;
  }
}

async function collectFor(answer: ClientAnswer, collector: StageCollector, io: Io): Promise<Collected | null> {
  if (answer.verdict !== 'hold' || answer.decision === null || io.signal.aborted) return null;
  const collected = await collector.collect(answer.decision);
  const line = renderCollected(collected);
  if (line !== '') io.stderr(printable(`mc: ${line}\n`));
  return collected;
}

/** For a pipeline's own pages; GitHub gets the summary of the job and the verdict as an output besides. */
async function reportAs(format: GateFormat, answer: ClientAnswer, question: Question, io: Io): Promise<ExitCode> {
  const { githubCommands, junit, markdown } = await import('../render/gate-format.ts');
  const { verdict, reasons, warnings, decision } = answer;
  const { service, releaseId: release, environment, stage } = question;
  const place = decision?.mode === 'shadow' ? `${stage}, in shadow` : stage;
  const shown = { verdict, reasons, warnings, service, release, environment, stage: place, decisionId: decision?.id ?? null };
  if (format === 'github') {
    io.stdout(githubCommands(shown));
    await addTo(io, 'GITHUB_STEP_SUMMARY', markdown(shown));
    await addTo(io, 'GITHUB_OUTPUT', `verdict=${verdict}\ndecision-id=${decision?.id ?? ''}\n`);
  } else io.stdout(format === 'markdown' ? markdown(shown) : junit(shown));
  return exitCodeOf(verdict);
}

/** What only informs never changes an exit code. */
async function addTo(io: Io, variable: string, text: string): Promise<void> {
  const file = io.env[variable];
  if (file === undefined || file === '') return;
  await appendFile(file, text).catch((cause: NodeJS.ErrnoException) => io.stderr(`mc: ${variable} was not written: ${cause.code}\n`));
}

function report(answer: ClientAnswer, collected: Collected | null, { io, json }: Pick<Invocation<never>, 'io' | 'json'>): ExitCode {
  const { verdict, reasons, warnings, decision, source, answer: said } = answer;
  if (json)
    io.stdout(
      `${JSON.stringify({ verdict, source, reasons, warnings, decision, measured: said?.measured ?? null, heldSince: said?.heldSince ?? null, retryAfterSeconds: answer.retryAfterSeconds, ...(collected === null ? {} : { collected }) }, null, 2)}\n`,
    );
  else
    io.stdout(
      (decision?.mode === 'shadow' ? 'IN SHADOW: nobody acts on it.\n' : '') +
        renderVerdict(verdict, reasons, warnings) +
        (said?.measured == null ? '' : renderMeasured(said.measured)) +
        (decision === null
          ? ''
          : `decision ${decision.id}, revision ${decision.revision}; explain it with \`mc decision explain ${decision.id}\`\n`),
    );
  return exitCodeOf(verdict);
}
