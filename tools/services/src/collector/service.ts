import { go } from '../catalogue/requirement.ts';
import type { Service } from '../catalogue/service.ts';
import { startCollector } from './collector.ts';
import { collectorProgram } from './program.ts';

export const collectorService: Service = {
  name: 'collector',
  title: 'OpenTelemetry collector 0.164.0',
  set: 'heavy',
  variables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
  requires: [go],
  provision: collectorProgram,
  async start(options) {
    const { endpoint, stop } = await startCollector(options);
    return { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, stop };
  },
  async query({ OTEL_EXPORTER_OTLP_ENDPOINT }) {
    const response = await fetch(`${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"resourceSpans":[]}',
    });
    return `${response.status}`;
  },
};
