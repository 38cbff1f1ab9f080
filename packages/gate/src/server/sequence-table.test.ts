// Done-when: rollback, rollback of the rollback, suspect: a sequence of events → what each question is answered.
import { afterAll, describe, expect, it } from 'vitest';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, measuredStage, minute, promoted } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, digestB, type World } from '../testing/world.ts';

replaysEveryDecision();

const releases = { A: { releaseId: 'A', digests: [digestA] }, B: { releaseId: 'B', digests: [digestB] } };
type Release = keyof typeof releases;

/** What happens: a promotion through all stages, a question with or without a fresh window, time going by, a withdrawal. */
type Event = `${Release} promoted` | `${Release} ${'asked' | 'measured' | 'too slow'} at ${'20' | '50'}` | 'a day' | `${Release} withdrawn`;

interface Sequence {
  readonly name: string;
  /** Each event, and for a question the verdict, its kind where it is no ordinary one, and the first reason. */
  readonly events: readonly (readonly [Event, string?])[];
}

const bothPromoted = [['A promoted'], ['B promoted'], ['a day']] as const;
const rolledBack = [...bothPromoted, ['A asked at 20', 'pass rollback'], ['A asked at 50', 'pass rollback'], ['a day']] as const;

const sequences: readonly Sequence[] = [
  {
    name: 'a first release',
    events: [
      ['A asked at 20', 'hold NO_EVIDENCE'],
      ['A measured at 20', 'pass'],
      ['A measured at 50', 'pass'],
    ],
  },
  { name: 'the current release asked again', events: [['A promoted'], ['a day'], ['A asked at 20', 'hold STALE']] },
  {
    name: 'a canary that fails, and the way back to what never left',
    events: [['A promoted'], ['B too slow at 20', 'fail P95_OVER_BUDGET'], ['A asked at 20', 'hold STALE']],
  },
  { name: 'a rollback', events: rolledBack },
  {
    name: 'a rollback, then what was rolled back to is the current release',
    events: [...rolledBack, ['A asked at 50', 'hold STALE'], ['A measured at 20', 'pass']],
  },
  {
    name: 'the one left is suspect: what it passed with before counts no more',
    events: [...rolledBack, ['B asked at 20', 'hold STALE'], ['B asked at 50', 'hold STALE']],
  },
  {
    name: 'a suspect release that is too slow again',
    events: [...rolledBack, ['B too slow at 20', 'fail P95_OVER_BUDGET']],
  },
  {
    name: 'the rollback of the rollback: the suspect release through the ordinary rules',
    events: [...rolledBack, ['B measured at 20', 'pass'], ['B measured at 50', 'pass']],
  },
  {
    name: 'once cleared, it is current, and the other one is still proven',
    events: [
      ...rolledBack,
      ['B measured at 20', 'pass'],
      ['B measured at 50', 'pass'],
      ['a day'],
      ['B asked at 20', 'hold STALE'],
      ['A asked at 20', 'pass rollback'],
    ],
  },
  { name: 'a rollback to a withdrawn release', events: [...bothPromoted, ['A withdrawn'], ['A asked at 20', 'fail DIGEST_REVOKED']] },
  {
    name: 'what passed an earlier stage alone is no way back',
    events: [['A promoted'], ['B measured at 20', 'pass'], ['a day'], ['B asked at 20', 'hold STALE']],
  },
];

async function happen(world: World, event: Event): Promise<string> {
  if (event === 'a day') {
    world.clock.advance(24 * 60 * minute);
    return '';
  }
  const [name, what] = event.split(' ') as [Release, string];
  const release = releases[name];
  if (what === 'promoted') {
    await promoted(world, release);
    return '';
  }
  if (what === 'withdrawn') {
    for (const digest of release.digests) world.revokedDigests.add(digest);
    return '';
  }
  const question = { ...ask20, ...release, stage: event.slice(-2), podTemplateHash: `pod${name}` };
  if (what === 'measured') await measuredStage(world, question);
  if (what === 'too') await measuredStage(world, question, { p95Ms: 900 });
  const { verdict, reasons, decisionId } = await ask(world, question);
  const kind = world.events.find(({ decision }) => decision.id === decisionId)?.decision.subject.kind;
  return [verdict, kind === 'rollback' ? kind : '', reasons[0]?.code ?? ''].filter((word) => word !== '').join(' ');
}

describe('a sequence of events', () => {
  const table: string[] = [];
  afterAll(() => void process.stderr.write(`\n${table.join('\n')}\n`));

  it.each(sequences)('$name', async ({ name, events }) => {
    const world = await createWorld();
    const told: string[] = [];
    for (const [event, expected = ''] of events) {
      const answer = await happen(world, event);
      told.push(answer === '' ? event : `${event} → ${answer}`);
      expect(answer, told.join('; ')).toBe(expected);
    }
    table.push(`${name}: ${told.join('; ')}`);
  });
});
