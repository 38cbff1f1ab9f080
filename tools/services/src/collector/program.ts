import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { goSources } from '../installers/go-sources.ts';

/**
 * The sources of a collector with the OTLP receiver and the file exporter, as `builder` 0.164.0 wrote them from `builder.yaml`; their go.sum
 * pins every module. To write them anew: `builder --config builder.yaml --skip-strict-versioning --skip-compilation`, then `go build -mod=mod .`.
 */
const sources = join(import.meta.dirname, 'go');

/** Path of the OpenTelemetry collector 0.164.0. Built on the first call, two minutes. Throws `PART_UNAVAILABLE` with one line that says what to install. */
export function collectorProgram(options: CacheOptions = {}): Promise<string> {
  return goSources({ name: 'otelcol', version: '0.164.0', sources, takes: 'two minutes' }, options);
}
