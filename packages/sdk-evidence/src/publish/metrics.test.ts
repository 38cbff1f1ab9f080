import { describe, expect, it } from 'vitest';
import { createEvidenceEvents, type EvidenceEvent } from './events.ts';
import { evidenceMetrics } from './metrics.ts';

const about = { statementDigest: 'a'.repeat(64), environment: 'production' };
const receipt = {
  statementDigest: 'a'.repeat(64),
  idempotencyKey: 'k',
  receivedAt: '2026-11-21T13:00:00Z',
  ledgerSequence: '1',
  ledgerPosition: null,
};

function recordingRegistry() {
  const seen: string[] = [];
  const show = (name: string, labels: object, value = 1) => void seen.push(`${name}{${Object.values(labels).join(',')}} ${value}`);
  return {
    seen,
    histogram: ({ name }: { name: string }) => ({ observe: (labels: object, value: number) => show(name, labels, value) }),
    counter: ({ name }: { name: string }) => ({ inc: (labels: object) => show(name, labels) }),
  };
}

describe('evidenceMetrics', () => {
  it('counts events under the four names that dashboards use', () => {
    const events = createEvidenceEvents();
    const registry = recordingRegistry();
    const stop = evidenceMetrics(events, registry);
    const story: EvidenceEvent[] = [
      { ...about, type: 'attempt', attempt: 1 },
      { ...about, type: 'retry', attempt: 1, delayMs: 5, code: 'MC_UNREACHABLE', message: 'm' },
      { ...about, type: 'accepted', attempts: 2, seconds: 0.5, receipt },
      { ...about, type: 'duplicate', attempts: 1, seconds: 0.25, receipt },
      { ...about, type: 'failed', attempts: 6, seconds: 60, code: 'PUBLISH_REFUSED', message: 'm', retryable: false },
      { ...about, type: 'spooled', code: 'MC_UNREACHABLE' },
    ];
    for (const event of story) events.emit(event);
    stop();
    events.emit({ ...about, type: 'duplicate', attempts: 1, seconds: 1, receipt });
    expect(registry.seen).toEqual([
      'evidence_publish_retries_total{production,MC_UNREACHABLE} 1',
      'evidence_publish_latency_seconds{production,accepted} 0.5',
      'evidence_publish_dedupe_total{production} 1',
      'evidence_publish_latency_seconds{production,duplicate} 0.25',
      'evidence_publish_failures_total{production,PUBLISH_REFUSED} 1',
      'evidence_publish_latency_seconds{production,failed} 60',
    ]);
  });

  it('goes on when a listener throws', () => {
    const events = createEvidenceEvents();
    const heard: string[] = [];
    events.on(() => {
      throw new Error('log is full');
    });
    events.on(({ type }) => void heard.push(type));
    events.emit({ ...about, type: 'attempt', attempt: 1 });
    expect(heard).toEqual(['attempt']);
  });
});
