// Guarantee: evidence and decisions can be checked offline by tools we did not write, and so can tampering with them.
import { beforeAll, describe, expect, it } from 'vitest';
import { type GenuineDocuments, genuineDocuments } from './genuine.ts';
import { judged, type JudgedDocument } from './judged.ts';
import { equivalents } from './tampering/equivalents.ts';
import { isRefusedByAll, kinds, kindsByPart, verdictOf } from './tampering/kinds.ts';
import { foreignTools, type Kind } from './tampering/tamper.ts';
import { isolation, runOffline } from './tools/offline.ts';

const titles = ['evidence by P-256', 'a decision by P-256', 'evidence by Ed25519', 'a decision by Ed25519'] as const;
const documents = new Map<(typeof titles)[number], JudgedDocument>();

beforeAll(async () => {
  const [p256, ed25519] = await Promise.all([genuineDocuments('ecdsa-p256'), genuineDocuments('ed25519')]);
  const all = [p256, ed25519].flatMap(({ evidence, decision }: GenuineDocuments) => [evidence, decision]);
  for (const [index, title] of titles.entries()) {
    const document = all[index];
    if (document !== undefined) documents.set(title, await judged(document));
  }
}, 900_000);

function of(title: (typeof titles)[number]): JudgedDocument {
  const document = documents.get(title);
  if (document === undefined) throw new Error(`${title} was not judged`);
  return document;
}

it('keeps the tools off every network', async () => {
  const script = `require('node:net').connect(9, '127.0.0.1').on('error', ({ code }) => console.log(code))`;
  const { stdout } = await runOffline(process.execPath, ['-e', script]);
  // Without any interface even the loopback address cannot be reached; a closed port on a live one refuses.
  expect(stdout.trim()).toBe((await isolation()) === 'namespace' ? 'ENETUNREACH' : 'ECONNREFUSED');
});

describe.each(titles)('%s', (title) => {
  it('is verified by us and by every tool', () => {
    const { ours, foreign, others } = of(title).genuine;
    expect([ours, foreign]).toEqual(['VERIFIED', 'VERIFIED']);
    for (const tool of foreignTools) expect([tool, others[tool]]).toEqual([tool, { ...others[tool], accepted: true }]);
  });
});

describe.each(Object.entries({ ...kindsByPart, 'no tampering: another spelling of the same bundle': equivalents }))(
  '%s',
  (_part, ofPart) => {
    it.each(ofPart)('$kind', (kind) => {
      for (const title of titles) {
        const { genuine, tampered } = of(title);
        const verdicts = tampered.get(kind);
        if (verdicts === undefined) continue;
        expect(verdicts.text).not.toBe(genuine.text);
        expect({ title, ours: verdicts.ours, foreign: verdicts.foreign }).toEqual({
          title,
          ours: kind.ours,
          foreign: kind.foreign ?? kind.ours,
        });
        for (const tool of foreignTools) {
          const { accepted, says } = verdicts.others[tool];
          expect({ title, tool, accepted, says }).toEqual({ title, tool, accepted: verdictOf(kind, tool) !== 'refuses', says });
        }
      }
    });
  },
);

it('refuses every kind, and at least 20 kinds are refused by each tool that can see them', () => {
  expect(kinds.filter(({ ours }) => ours === 'VERIFIED')).toEqual([]);
  expect(kinds.filter(isRefusedByAll).length).toBeGreaterThanOrEqual(20);
  for (const tool of foreignTools) {
    expect([tool, kinds.filter((kind) => verdictOf(kind, tool) === 'refuses').length]).toEqual([
      tool,
      expect.toSatisfy((count: number) => count >= 20),
    ]);
  }
});

it('is on record in tampering.md', async () => {
  await expect(`${tableOf(kinds)}\n`).toMatchFileSnapshot('../tampering.md');
});

function tableOf(rows: readonly Kind[]): string {
  const notes: string[] = [];
  const cell = (kind: Kind, tool: (typeof foreignTools)[number]): string => {
    const verdict = verdictOf(kind, tool);
    if (verdict === 'refuses') return 'refuses';
    if (!notes.includes(verdict.because)) notes.push(verdict.because);
    return `${verdict.accepts} (${notes.indexOf(verdict.because) + 1})`;
  };
  const lines = rows.map((kind) => {
    const foreign = kind.foreign === 'VERIFIED' ? 'allowed' : 'refuses';
    return [kind.kind, `\`${kind.ours}\``, foreign, ...foreignTools.map((tool) => cell(kind, tool))];
  });
  return [
    '# What each tool says to tampering',
    '',
    `Written and held by \`npm run test:interop\`: ${rows.length} kinds of tampering, ${rows.filter(isRefusedByAll).length} of them refused by every tool that can see them.`,
    '_unseen_: the tool does not read that part. _allowed_: it reads it and lets it pass. Why, is said below.',
    '',
    ...aligned([['kind', '`verifyBundle`', '`verifyForeignStatement`', ...foreignTools], ...lines]),
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
  ].join('\n');
}

/** A Markdown table as the formatter leaves it; the first row is the head. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}
