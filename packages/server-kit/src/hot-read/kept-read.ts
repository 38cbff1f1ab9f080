// One request that a kept answer went to: what metrics, log and trace say of it.
import type { IncomingMessage } from 'node:http';
import type { Span } from '@opentelemetry/api';
import type { Principal } from '@promotable/contracts';
import type { Logger as PinoLogger } from 'pino';
import type { RoutePolicy } from '../request-context.ts';
import type { AnsweredRequest } from '../request-log.ts';
import { RequestLogger } from '../request-logger.ts';
import type { RequestTrace } from '../request-trace.ts';
import type { TraceContext } from '../trace-context.ts';

const policy: RoutePolicy = { errors: 'graphql' };

export class KeptRead implements AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly policy = policy;
  readonly requestId: string;
  readonly trace: TraceContext;
  readonly span: Span | null;
  readonly startedAt: number;
  readonly op: string;
  readonly operationKind = 'query';
  readonly principal: Principal;
  readonly errorCode = null;
  readonly provenanceId = null;
  readonly #log: PinoLogger;

  constructor(
    { method = '' }: IncomingMessage,
    { trace, span }: RequestTrace,
    parts: {
      readonly route: string;
      readonly requestId: string;
      readonly startedAt: number;
      readonly op: string;
      readonly principal: Principal;
      readonly log: PinoLogger;
    },
  ) {
    this.method = method;
    this.route = parts.route;
    this.requestId = parts.requestId;
    this.trace = trace;
    this.span = span;
    this.startedAt = parts.startedAt;
    this.op = parts.op;
    this.principal = parts.principal;
    this.#log = parts.log;
  }

  get log(): RequestLogger {
    const log = new RequestLogger(this.#log, this.requestId);
    log.traceId = this.trace.traceId;
    return log;
  }
}
