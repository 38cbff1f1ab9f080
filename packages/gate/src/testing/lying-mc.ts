// A client before an MC that tests make lie, fall silent, or go away. Without a lie it tells the truth of its world.
import { localSigner, payloadOf, signStatement } from '@promotable/attest';
import type { Bundle, DecisionPredicate, GateAnswer, Statement } from '@promotable/contracts';
import { askGate, type AskGateOptions, type ClientAnswer, memoryState } from '../client.ts';
import { decisionStatement } from '../decision-statement.ts';
import { ask, measuredStage } from './scenes.ts';
import { ask20, createWorld, type World } from './world.ts';

export type Reply = Response | Error | 'never';

export interface LyingMc {
  readonly world: World;
  /** Paths asked for, in order. */
  readonly calls: string[];
  onQuestion: (attempt: number) => Promise<Reply>;
  onKeys: () => Promise<Reply>;
  poll(changes?: Partial<AskGateOptions>): Promise<ClientAnswer>;
  /** A true pass at 20 %. */
  passing(): Promise<GateAnswer>;
  /** The decision of an answer with changes, signed again by the gate's own key or another. */
  resigned(answer: GateAnswer, changes: Partial<DecisionPredicate>, privateKeyPem?: string): Promise<Bundle>;
  /** The same for its whole statement. */
  restated(answer: GateAnswer, change: (statement: Statement) => Statement): Promise<Bundle>;
}

export const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
export const code = ({ reasons }: ClientAnswer) => reasons[0]?.code;
export const away = async () => new TypeError('fetch failed');

export async function lyingMc(): Promise<LyingMc> {
  const world = await createWorld();
  const state = memoryState();
  const own = world.keys.decision.privateKeyPem;
  const statementOf = ({ bundle }: GateAnswer) => JSON.parse(Buffer.from(payloadOf(bundle as Bundle)).toString('utf8')) as Statement;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    mc.calls.push(path);
    const reply = path.startsWith('/.well-known/')
      ? await mc.onKeys()
      : await mc.onQuestion(mc.calls.filter((call) => call === path).length);
    if (reply instanceof Error) throw reply;
    if (reply === 'never') return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    return reply;
  };
  const mc: LyingMc = {
    world,
    calls: [],
    onQuestion: async () => json(await ask(world)),
    onKeys: async () => json({ keySet: await world.keySetBundle(), jwks: { keys: [] } }),
    poll: (changes = {}) =>
      askGate({
        url: 'https://mc.test',
        token: 'secret',
        question: ask20,
        trust: { rootPublicKey: world.keys.root.publicKeyPem },
        state,
        clock: world.clock,
        fetch,
        attemptMs: 50,
        totalMs: 120,
        ...changes,
      }),
    async passing() {
      await measuredStage(world);
      const answer = await ask(world);
      if (answer.verdict !== 'pass') throw new Error(`no pass: ${JSON.stringify(answer.reasons)}`);
      return answer;
    },
    async resigned(answer, changes, privateKeyPem = own) {
      const decision = { ...(statementOf(answer).predicate as unknown as DecisionPredicate), ...changes };
      return signStatement(decisionStatement(decision), localSigner(privateKeyPem));
    },
    restated: async (answer, change) => signStatement(change(statementOf(answer)), localSigner(own)),
  };
  return mc;
}
