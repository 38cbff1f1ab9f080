// One request that a kept answer went to, where log or trace have something to say of it.
import type { Span } from '@opentelemetry/api';
import type { Principal } from '@promotable/contracts';
import type { Logger as PinoLogger } from 'pino';
import type { RoutePolicy } from '../request-context.ts';
import type { AnsweredRequest } from '../request-log.ts';
import { RequestLogger } from '../request-logger.ts';
import type { TraceContext } from '../trace-context.ts';

const policy: RoutePolicy = { errors: 'graphql' };

export interface KeptReadParts {
  readonly method: string;
  readonly route: string;
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Null where it is not recorded, or made later. */
  readonly span: Span | null;
  readonly startedAt: number;
  readonly op: string;
  readonly principal: Principal;
}

export interface KeptRead extends AnsweredRequest, KeptReadParts {
  readonly principal: Principal;
}

export function keptRead(parts: KeptReadParts, root: PinoLogger): KeptRead {
  const log = new RequestLogger(root, parts.requestId);
  log.traceId = parts.trace.traceId;
  return { ...parts, policy, operationKind: 'query', errorCode: null, provenanceId: null, log };
}
