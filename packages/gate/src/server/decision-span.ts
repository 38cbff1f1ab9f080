// What the trace of a decision says: what was asked, what came of it, and which requests brought the evidence it counts.
import { type Attributes, trace } from '@opentelemetry/api';
import type { GateAnswer, ReleaseEvidence } from '@promotable/contracts';
import { spanContextOf, spansOf } from '@promotable/telemetry/tracing';
import type { ResolvedQuestion } from '../gate-question.ts';

export const spans = spansOf('@promotable/gate');

export function attributesOfQuestion({ tenant, service, releaseId, environment, stage }: ResolvedQuestion): Attributes {
  return { 'mc.tenant': tenant, 'mc.service': service, 'mc.release.id': releaseId, 'mc.environment': environment, 'mc.stage': stage };
}

export function attributesOfAnswer({ verdict, decisionId, revision, reasons }: GateAnswer): Attributes {
  return {
    'mc.verdict': verdict,
    'mc.reasons': reasons.map(({ code }) => code),
    ...(decisionId === null ? {} : { 'mc.decision.id': decisionId }),
    ...(revision === null ? {} : { 'mc.decision.revision': revision }),
  };
}

/** Links the active span to the recorded spans of the requests that brought the counting evidence. */
export function linkTo({ sbom, tests, slo, cost }: ReleaseEvidence, counting: readonly string[]): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording() !== true) return;
  const records = [...sbom, ...tests, slo, cost].flatMap((standing) => (standing === null ? [] : [standing.counting]));
  const sources = new Map(records.map(({ evidenceId, traceparent }) => [evidenceId, spanContextOf(traceparent)]));
  for (const digest of counting) {
    const context = sources.get(digest) ?? null;
    if (context !== null && (context.traceFlags & 1) === 1) span.addLink({ context, attributes: { 'mc.evidence.digest': digest } });
  }
}
