import { installedOrDebian } from '../catalogue/requirement.ts';
import type { Service } from '../catalogue/service.ts';
import { findPrometheus, prometheusPrograms } from './programs.ts';
import { startPrometheus } from './prometheus.ts';

export const prometheusService: Service = {
  name: 'prometheus',
  title: 'Prometheus 2.42',
  set: 'light',
  variables: ['PROMETHEUS_URL'],
  keptAs: 'prometheus-2.42',
  requires: [installedOrDebian('prometheus', async () => (await findPrometheus()) !== null)],
  provision: prometheusPrograms,
  async start(options) {
    const { url, stop } = await startPrometheus(options);
    return { environment: { PROMETHEUS_URL: url }, stop };
  },
  async query({ PROMETHEUS_URL }) {
    const response = await fetch(`${PROMETHEUS_URL}/api/v1/query?query=${encodeURIComponent('6 * 7')}`);
    const { data } = (await response.json()) as { data: { result: [number, string] } };
    return data.result[1];
  },
};
