// `@promotable/notify/testing`
export { outboxConformance } from './testing/outbox-conformance.ts';

export type { ConformanceCase, OutboxSubject } from './testing/outbox-conformance.ts';
