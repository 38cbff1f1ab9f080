// Documents that cannot drift: links lead somewhere, commands and options exist, sample payloads are what is really sent.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

const root = join(import.meta.dirname, '../../..');
const pages = ['README.md', 'examples/api-server/README.md', ...markdownIn('docs')];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();
}

async function run(line: string, cwd = root) {
  const io = capturedIo({ cwd, env: {} });
  const code = await runMc(line.split(' '), io);
  return { code, out: io.out(), err: io.err() };
}

const anchors = new Map<string, Set<string>>();

function anchorsOf(page: string): Set<string> {
  const found = anchors.get(page) ?? readAnchors(page);
  anchors.set(page, found);
  return found;
}

/** As GitHub names the headings of a page, and those that it names itself. */
function readAnchors(page: string): Set<string> {
  const text = textOf(page);
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set([
    ...named,
    ...headings.map((heading) =>
      heading
        .replaceAll('`', '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  ]);
}

describe.each(pages)('%s', (page) => {
  it('has links that lead somewhere', () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    const lost = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative(root, join(root, dirname(page), path));
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
    });
    expect(lost).toEqual([]);
  });

  it('names commands and options of mc that exist', async () => {
    for (const { words, options } of commandsIn(textOf(page))) {
      const help = await helpOf(words.join(' '));
      const [, command = '', parameters = ''] = /Usage: mc ([a-z][a-z -]*[a-z])(.*)/.exec(help) ?? [];
      // What follows the command itself is an argument, where it takes any.
      const isWhole = words.join(' ') === command || /<|\[(?!options|command)/.test(parameters);
      expect([words, `${words.join(' ')} `.startsWith(`${command} `), isWhole]).toEqual([words, true, true]);
      expect([words, options.filter((option) => option !== '--help' && !help.includes(option))]).toEqual([words, []]);
    }
  });
});

const helps = new Map<string, Promise<string>>();

/** Asked for once each. */
function helpOf(words: string): Promise<string> {
  const help = helps.get(words) ?? run(`${words} --help`).then(({ code, out }) => (code === 0 ? out : ''));
  helps.set(words, help);
  return help;
}

interface NamedCommand {
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/** Of code alone, inline and in blocks; what a shell does around a command is left out. */
function commandsIn(text: string): NamedCommand[] {
  const blocks = [...text.matchAll(/```(?:sh|yaml|console)\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap((line) => {
    const found = /(?:^|[\s$(-])(?:npm run --silent )?mc (?:-- )?([a-z][^#|>;&]*)/.exec(line);
    if (found === null || /[a-z]\|[a-z]/.test(line)) return [];
    const tokens = (found[1] ?? '').trim().split(/\s+/);
    const end = tokens.findIndex((token) => !/^[a-z][a-z-]*$/.test(token));
    const words = (end === -1 ? tokens : tokens.slice(0, end)).slice(0, 3);
    return words.length === 0
      ? []
      : [{ words, options: tokens.filter((token) => /^--[a-z]/.test(token)).map((token) => token.split('=')[0] ?? '') }];
  });
}

it('the index leads to every page', () => {
  const index = textOf('docs/README.md');
  const linked = [...index.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => join('docs', path));
  expect(markdownIn('docs').filter((page) => page !== 'docs/README.md' && !linked.includes(page))).toEqual([]);
  expect(textOf('README.md')).toContain('(docs/README.md)');
});

describe('sample payloads', () => {
  const text = textOf('docs/sample-payloads.md');
  const goldens = [...text.matchAll(/<!-- golden: (\S+) -->\n\n```json\n([\s\S]*?)```/g)].map(([, path = '', block = '']) => ({
    path,
    block,
  }));
  const printed = [...text.matchAll(/```console\n\$ mc (.+)\n([\s\S]*?)```/g)].map(([, line = '', block = '']) => ({ line, block }));

  it('are of every kind', () => {
    expect(goldens.length).toBeGreaterThanOrEqual(6);
    expect(printed).toHaveLength(2);
    expect(text.match(/^```json$/gm)).toHaveLength(goldens.length);
  });

  it.each(goldens)('$path is as its version has it', ({ path, block }) => {
    expect(JSON.parse(block)).toEqual(JSON.parse(textOf(path)));
  });

  it.each(printed)('mc $line prints it', async ({ line, block }) => {
    const { code, out, err } = await run(line, join(root, 'docs/samples'));
    expect([code, err, out.trimEnd()]).toEqual([0, '', block.trimEnd()]);
  });
});
