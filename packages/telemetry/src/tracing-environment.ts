// The standard variables of OpenTelemetry, read once.
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and …/protocol/exporter/
import type { Fault } from '@promotable/contracts';
import { TelemetryError } from './errors.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the `OTEL_*` variables ask for. */
export interface TracingEnvironment {
  /** Where spans go by OTLP over HTTP, the whole URL; null = nowhere, tracing is off. */
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** `OTEL_SERVICE_NAME`; null = not set. */
  readonly serviceName: string | null;
  /** `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly resource: Readonly<Record<string, string>>;
  /** `OTEL_TRACES_SAMPLER_ARG`; null = not set. */
  readonly samplingRatio: number | null;
}

/** Fewer traces than this would not show an incident: the documents ask for 10 %. */
export const leastSamplingRatio = 0.1;

/** Whether spans have a place to go, without judging the rest. */
export function isTracingWanted(env: Environment): boolean {
  return endpointOf(env) !== null;
}

/** @throws {TelemetryError} `INVALID_TRACING` with every fault, its path the variable */
export function tracingEnvironment(env: Environment): TracingEnvironment {
  const faults: Fault[] = [];
  const fault = (path: string, message: string): null => {
    faults.push({ path, code: 'invalid_value', message });
    return null;
  };
  const endpoint = endpointOf(env);
  const url = endpoint === null ? null : (httpUrl(endpoint.url) ?? fault(endpoint.name, 'must be an http or https URL without a password'));
  const pairs = (name: string): Record<string, string> =>
    pairsOf(env[name] ?? '') ?? fault(name, 'must be key=value pairs, separated by commas') ?? {};
  const headers = { ...pairs('OTEL_EXPORTER_OTLP_HEADERS'), ...pairs('OTEL_EXPORTER_OTLP_TRACES_HEADERS') };
  const resource = pairs('OTEL_RESOURCE_ATTRIBUTES');
  const argument = env['OTEL_TRACES_SAMPLER_ARG'] || null;
  const samplingRatio = argument === null ? null : Number(argument);
  if (samplingRatio !== null && !isSamplingRatio(samplingRatio))
    fault('OTEL_TRACES_SAMPLER_ARG', `must be a ratio from ${leastSamplingRatio} to 1`);
  const sampler = env['OTEL_TRACES_SAMPLER'] || 'parentbased_traceidratio';
  if (sampler !== 'parentbased_traceidratio') fault('OTEL_TRACES_SAMPLER', 'must be parentbased_traceidratio, or not set');
  if (faults.length > 0) {
    const text = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new TelemetryError('INVALID_TRACING', `The settings of OpenTelemetry are not valid: ${text}.`, { faults, status: 400 });
  }
  return { url, headers, serviceName: env['OTEL_SERVICE_NAME'] || null, resource, samplingRatio };
}

export function isSamplingRatio(ratio: number): boolean {
  return ratio >= leastSamplingRatio && ratio <= 1;
}

/** The endpoint of traces as it stands, else the general one with the path of traces. */
function endpointOf(env: Environment): { readonly name: string; readonly url: string } | null {
  const isOff = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none';
  if (isOff) return null;
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (own) return { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', url: own };
  const general = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return general ? { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', url: `${general.replace(/\/+$/, '')}/v1/traces` } : null;
}

function httpUrl(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') return null;
  return url.href;
}

/** `a=1,b=2`, percent-encoded values; null where it is something else. */
function pairsOf(text: string): Record<string, string> | null {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  try {
    const entries = pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name.trim(), decodeURIComponent(value.join('=').trim())] as const;
    });
    return entries.every(([name]) => name !== '') && pairs.every((pair) => pair.includes('=')) ? Object.fromEntries(entries) : null;
  } catch {
    return null;
  }
}
