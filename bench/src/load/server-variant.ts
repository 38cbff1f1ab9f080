// A variant that is a server: a process of its own under load from another one.
import { readFileSync } from 'node:fs';
import { BenchError } from '../bench-error.ts';
import { type Child, startChild } from '../harness/child.ts';
import type { RowContext } from '../harness/row.ts';
import type { Slice, Variant } from '../harness/variant.ts';
import { closeAll } from '../harness/worker-variant.ts';
import type { ClosedLoop } from './closed-loop.ts';
import type { LoadRequest } from './load-request.ts';
import type { OpenLoop } from './open-loop.ts';

export interface ServerSpec {
  readonly name: string;
  /** Path of the program; it must say `process.send({ port, requests })` once it listens on 127.0.0.1. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface ServerVariant extends Variant {
  /** The body of each answer, in the order of the requests; every status was 200. */
  readonly bodies: readonly string[];
}

/** What a server says once it listens. */
export interface Announcement {
  readonly port: number;
  /** What it is to be asked; the generator goes round them. */
  readonly requests: readonly LoadRequest[];
}

const generatorEntry = new URL('./generator.ts', import.meta.url).pathname;
const endWithParent = new URL('./end-with-parent.ts', import.meta.url).href;
const node = [process.execPath, '--conditions=@promotable/source'];

/**
 * Starts a server and its generator and asks each request once: the answers are what every later one must equal.
 * @throws {BenchError} `UNAVAILABLE` without `/proc`, `VARIANT_FAILED`
 */
export async function startServer(spec: ServerSpec, load: ClosedLoop | OpenLoop, context: RowContext): Promise<ServerVariant> {
  requireProc();
  const { signal, placement } = context;
  const server = startChild({
    argv: placement.at('measured', [...node, '--import', endWithParent, spec.program, ...(spec.args ?? [])]),
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.env === undefined ? {} : { env: spec.env }),
    signal,
  });
  const generator = startChild({ argv: placement.at('load', [...node, generatorEntry]), signal });
  const close = async (): Promise<void> => void (await Promise.all([generator.close(), server.close()]));
  try {
    const { port, requests } = (await server.announcement()) as Announcement;
    const bodies = await askEach(spec.name, port, requests);
    const question = { port, pid: server.pid, requests, expected: bodies, load };
    return {
      name: spec.name,
      bodies,
      warmUp: async (durationMs) => void (await slice(generator, question, durationMs)),
      measure: (durationMs) => slice(generator, question, durationMs),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts all of them, or none. */
export async function startServers(
  specs: readonly ServerSpec[],
  load: ClosedLoop | OpenLoop,
  context: RowContext,
): Promise<ServerVariant[]> {
  const started = await Promise.allSettled(specs.map((spec) => startServer(spec, load, context)));
  const variants = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return variants;
  await closeAll(variants);
  throw failed.reason;
}

async function slice(generator: Child, question: object, durationMs: number): Promise<Slice> {
  return (await generator.ask({ ...question, durationMs })) as Slice;
}

async function askEach(name: string, port: number, requests: readonly LoadRequest[]): Promise<string[]> {
  const bodies: string[] = [];
  for (const { method, path, headers, body } of requests) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    if (response.status !== 200) throw new BenchError('VARIANT_FAILED', `${name} answers ${response.status}: ${text.slice(0, 300)}`);
    bodies.push(text);
  }
  return bodies;
}

function requireProc(): void {
  try {
    readFileSync('/proc/self/stat');
  } catch (cause) {
    throw new BenchError('UNAVAILABLE', 'the CPU time of a server is read from /proc, which is not there', { cause });
  }
}
