import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientAnswer } from '@promotable/gate/client';
import { type Act, collect, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { makeDirectory } from '../make-directory.ts';
import { McError } from '../mc-error.ts';
import { durationMs } from '../duration.ts';
import { releaseHelp, releaseOf } from '../release-of.ts';
import { renderVerdict } from '../render/verdict.ts';
import { pinnedRoot } from '../trusted-keys.ts';
import { registerServe } from './gate-serve.ts';

interface RolloutOptions extends ConnectionOptions {
  readonly service: string;
  readonly release?: string;
  readonly environment: string;
  readonly stage: string;
  readonly digest?: string[];
  readonly podTemplateHash?: string;
  readonly wait?: string;
  readonly poll: string;
  readonly state?: string;
}

export const registerGate: Register = (gate, act) => {
  registerRollout(gate, act);
  registerServe(gate, act);
};

const registerRollout = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('rollout'))
    .description('ask MC about one stage of a rollout and believe only a signed decision')
    .requiredOption('--service <name>', 'the service')
    .option('--release <id>', releaseHelp)
    .requiredOption('--environment <name>', 'where it rolls out')
    .requiredOption('--stage <weight>', 'canary weight from 1 to 99, or `complete`')
    .option('--digest <sha256:…>', 'digest of a container that runs; repeat for each', collect)
    .option('--pod-template-hash <hash>', 'names the pods of the canary')
    .option('--wait <duration>', 'go on asking while it is held, at most this long, such as 10m')
    .option('--poll <duration>', 'rest between two questions', '15s')
    .option('--state <file>', 'what was seen before, so that an older answer is refused (default: beside the local connection)');
  withExamples(command, [
    'mc gate rollout --service checkout --release A --environment production --stage 20 --digest sha256:… --pod-template-hash 6d4f9c7b58',
    'mc gate rollout … --stage 50 --wait 10m --json | jq -r .verdict',
  ]);
  act<RolloutOptions>(command, rollout);
};

async function rollout({ io, options, json }: Invocation<RolloutOptions>): Promise<ExitCode> {
  const { askGate, fileState, memoryState } = await import('@promotable/gate/client');
  const connection = await connect(io, 'gate', options);
  const statePath = options.state ?? (connection.local === null ? undefined : join(connection.local.folder, 'gate-state.json'));
  const question = {
    service: options.service,
    releaseId: await releaseOf(io, options.release),
    environment: options.environment,
    stage: options.stage,
    ...(options.digest === undefined ? {} : { digests: options.digest }),
    ...(options.podTemplateHash === undefined ? {} : { podTemplateHash: options.podTemplateHash }),
  };
  const trust = { rootPublicKey: await pinnedRoot(io, options) };
  const state = statePath === undefined ? memoryState() : fileState(resolve(io.cwd, statePath));
  if (statePath !== undefined) await makeDirectory(dirname(resolve(io.cwd, statePath)), 0o700);
  const deadline = io.clock.monotonic() + (options.wait === undefined ? 0 : durationMs('--wait', options.wait));
  const pollMs = durationMs('--poll', options.poll);
  if (pollMs < 100) throw new McError('USAGE', '--poll must be at least 100ms.');

  for (let said = ''; ; ) {
    const answer = await askGate({
      url: connection.url,
      token: connection.token,
      question,
      trust,
      state,
      clock: io.clock,
      fetch: io.fetch,
      signal: io.signal,
    });
    const left = deadline - io.clock.monotonic();
    if (answer.verdict !== 'hold' || left <= 0 || io.signal.aborted) return report(answer, { io, json });
    const codes = answer.reasons.map(({ code }) => code).join(', ');
    if (codes !== said) io.stderr(`mc: held: ${codes}; asking again for ${Math.ceil(left / 1000)} s\n`);
    said = codes;
    const rest = Math.min(left, pollMs, answer.retryAfterSeconds === null ? pollMs : Math.max(1000, answer.retryAfterSeconds * 1000));
    await delay(rest, undefined, { signal: io.signal }).catch(() => undefined);
  }
}

function report(answer: ClientAnswer, { io, json }: Pick<Invocation<never>, 'io' | 'json'>): ExitCode {
  const { verdict, reasons, warnings, decision, source, answer: said } = answer;
  if (json)
    io.stdout(
      `${JSON.stringify({ verdict, source, reasons, warnings, decision, measured: said?.measured ?? null, heldSince: said?.heldSince ?? null, retryAfterSeconds: answer.retryAfterSeconds }, null, 2)}\n`,
    );
  else
    io.stdout(
      renderVerdict(verdict, reasons, warnings) +
        (decision === null
          ? ''
          : `decision ${decision.id}, revision ${decision.revision}; explain it with \`mc decision explain ${decision.id}\`\n`),
    );
  return exitCodeOf(verdict);
}
