// Entry of the process that makes load; it runs on another processor than what it measures.
import { answerQuestions } from '../harness/answering.ts';
import { type ClosedLoop, closedLoop } from './closed-loop.ts';
import type { Target } from './connections.ts';
import { type LoadRequest, wireBytes } from './load-request.ts';
import { type OpenLoop, openLoop } from './open-loop.ts';

export interface LoadQuestion {
  readonly port: number;
  readonly pid: number;
  readonly requests: readonly LoadRequest[];
  /** Body that each request must be answered with. */
  readonly expected: readonly string[];
  readonly load: ClosedLoop | OpenLoop;
  readonly durationMs: number;
}

answerQuestions(async ({ port, pid, requests, expected, load, durationMs }: LoadQuestion) => {
  const target: Target = { port, requests: requests.map((request) => wireBytes(request, `127.0.0.1:${port}`)), expected };
  return load.kind === 'closed' ? closedLoop(target, pid, load, durationMs) : openLoop(target, pid, load, durationMs);
});
