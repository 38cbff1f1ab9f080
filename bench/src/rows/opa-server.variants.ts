// The same policy and data in an OPA server on this machine.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RolloutFacts } from '@promotable/contracts';
import { entrypoints, loadPolicy } from '@promotable/policies';
import type { Operation } from '../harness/operation.ts';
import { factsOfEveryKind } from './policy-decision.facts.ts';

export interface OpaOptions {
  /** Path of the OPA program. */
  readonly program: string;
  /** Folder of the Rego sources. */
  readonly rego: string;
}

/** Asks over one kept connection; the server ends with this process. */
export async function opaServer(options: OpaOptions): Promise<Operation> {
  const url = await start(options);
  const ask = async (facts: RolloutFacts): Promise<string> => {
    const response = await fetch(`${url}/v1/data/${entrypoints.rollout}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: facts }),
    });
    const { result } = (await response.json()) as { result?: { verdict?: string } };
    return result?.verdict ?? `status ${response.status}`;
  };
  const inputs = factsOfEveryKind();
  return {
    async run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += (await ask(inputs[index % inputs.length] as RolloutFacts)).length;
      return sum;
    },
    answer: () => Promise.all(inputs.map(ask)),
  };
}

async function start({ program, rego }: OpaOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-opa-'));
  const data = join(folder, 'data.json');
  writeFileSync(data, JSON.stringify(loadPolicy({ production: false }).data));
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(
    program,
    ['run', '--server', '--addr', url.slice('http://'.length), '--log-level', 'error', '--ignore', '*_test.rego', rego, data],
    {
      stdio: 'ignore',
    },
  );
  process.once('exit', () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  for (let attempt = 0; attempt < 300 && server.exitCode === null; attempt++) {
    if ((await fetch(`${url}/health`).catch(() => null))?.ok === true) return url;
    await delay(100);
  }
  throw new Error('the OPA server does not answer');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
