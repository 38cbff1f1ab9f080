import type { ChildProcess } from 'node:child_process';
import { WorldError } from './world-error.ts';

// Calls from the story to a process of its world, over the IPC channel. Both ends are this program: what arrives has the shape that was sent.

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

type Params<Method> = Method extends (params: infer P) => unknown ? P : never;
type Result<Method> = Method extends (params: never) => infer R ? Awaited<R> : never;

/** Methods that take one JSON value and return one. */
export type Remote<Api> = { readonly [Name in keyof Api]: (params: Params<Api[Name]>) => Result<Api[Name]> | Promise<Result<Api[Name]>> };

/** In the child: answers the calls of the parent. */
export function answerCalls<Api>(methods: Remote<Api>): void {
  const byName = new Map(Object.entries(methods)) as Map<string, (params: unknown) => unknown>;
  process.on('message', async ({ id, method, params }: Call) => {
    try {
      const implementation = byName.get(method);
      if (implementation === undefined) throw new Error(`no method ${method}`);
      process.send?.({ id, result: await implementation(params) } satisfies Reply);
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) } satisfies Reply);
    }
  });
}

/** Calls one method of a child; rejects with `PROCESS_ENDED` when the child ends before it answers. */
export type Caller<Api> = <Name extends keyof Api & string>(method: Name, params: Params<Api[Name]>) => Promise<Result<Api[Name]>>;

/** In the parent: calls the methods of a child. */
export function createCaller<Api>(child: ChildProcess, name: string): Caller<Api> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  const fail = () => {
    for (const [id, settle] of waiting) settle({ id, error: 'ended' });
  };
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  child.once('exit', fail);

  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result as Result<Api[typeof method]>);
        else reject(new WorldError('PROCESS_ENDED', `${name} could not ${method}: ${error}`));
      });
      if (!child.connected) fail();
      else child.send({ id, method, params } satisfies Call, (error) => error && fail());
    });
}
