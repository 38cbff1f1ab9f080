import { type Invocation, type Register, withExamples } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { renderTable } from '../render/table.ts';
import { embeddedPolicy, withLayer } from '../embedded-policy.ts';

interface ThresholdOptions {
  readonly service: string;
  readonly environment: string;
  readonly layer?: string;
  readonly layerFile?: string[];
}

export const registerPolicy: Register = (policy, act) => {
  const command = withLayer(policy.command('thresholds'))
    .description('each effective number for a service in an environment, and the layer it comes from')
    .option('--service <name>', 'the service', 'any')
    .option('--environment <name>', 'the environment', 'production');
  withExamples(command, [
    'mc policy thresholds',
    'mc policy thresholds --layer demo --json',
    'mc policy thresholds --service checkout --environment staging --layer-file checkout.layer.json',
  ]);
  act<ThresholdOptions>(command, thresholds);
};

async function thresholds({ io, options, json }: Invocation<ThresholdOptions>): Promise<ExitCode> {
  const { policy, engine } = await embeddedPolicy(io, options);
  const { settingCatalog, renderReason, entrypoints } = await import('@promotable/policies');
  const effective = engine.thresholds(options.service, options.environment);
  const warnings = effective.warnings.map(renderReason);
  if (json)
    io.stdout(`${JSON.stringify({ layer: policy.layer, digest: policy.digest(entrypoints.rollout), ...effective, warnings }, null, 2)}\n`);
  else {
    const rows = Object.entries(settingCatalog).map(([name, { unit }]) => [
      name,
      show(effective.values[name as keyof typeof effective.values]),
      unit,
      show(effective.layers[name as keyof typeof effective.layers]),
    ]);
    io.stdout(
      `layer ${policy.layer}, policy ${policy.digest(entrypoints.rollout).slice(0, 12)}…, ${options.service} in ${options.environment}\n${renderTable(['setting', 'value', 'unit', 'from'], rows)}`,
    );
    for (const { code, message } of warnings) io.stdout(`! ${code}: ${message}\n`);
  }
  return exitCodes.pass;
}

function show(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object')
    return Object.entries(value as object)
      .map(([stage, inner]) => `${stage}: ${show(inner)}`)
      .join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
