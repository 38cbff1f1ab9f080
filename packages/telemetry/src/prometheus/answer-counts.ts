import { finite, noData } from './no-data.ts';
import type { VectorSample } from './prometheus-answer.ts';

/** Answers in a window; fractions come from what Prometheus extrapolates to its ends. */
export interface AnswerCounts {
  readonly requests: number;
  readonly failures: number;
}

/** 1xx to 4xx, as a status or as Envoy's class of it. Everything else failed: 5xx, Istio's 0 for no answer, OpenTelemetry's missing one. */
const answeredWell = /^[1-4](\d\d)?$/;

/** @throws {TelemetryError} `NO_SERIES`, `NOT_FINITE`, `STATUS_LABEL_ABSENT` where no series has the label: then nobody knows what failed */
export function countByStatus(samples: readonly Pick<VectorSample, 'labels' | 'value'>[], label: string): AnswerCounts {
  if (samples.length === 0) throw noData('NO_SERIES', 'the number of requests has no series');
  if (samples.every(({ labels }) => (labels[label] ?? '') === ''))
    throw noData('STATUS_LABEL_ABSENT', `no series has the label ${label}, so nobody knows what failed`);
  let requests = 0;
  let failures = 0;
  for (const sample of samples) {
    const status = sample.labels[label] ?? '';
    const count = finite(sample, `the number of answers with ${label}="${status}"`);
    requests += count;
    if (!answeredWell.test(status)) failures += count;
  }
  return { requests, failures };
}
