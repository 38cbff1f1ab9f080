/** A fenced block of a README that is code. */
export interface Block {
  readonly language: 'ts' | 'sh';
  readonly text: string;
  /** Line of its first line, from 1. */
  readonly line: number;
  /** Why it is not run, as the comment before it says; null = it is. Types are checked all the same. */
  readonly notRun: string | null;
}

/** Languages of blocks that are no code: what is shown in them comes out of something, or is data. */
const notCode = new Set(['', 'text', 'json', 'yaml', 'diff', 'rego']);

/** The code of a README, in order. Throws for a language that nobody runs, and for an excuse that says nothing. */
export function codeBlocks(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const language = /^```(.*)$/.exec(lines[at] ?? '')?.[1]?.trim();
    if (language === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line === '```');
    if (end < 0) throw new Error(`the block in line ${at + 1} does not end`);
    if (language === 'ts' || language === 'sh') {
      const text = `${lines.slice(at + 1, end).join('\n')}\n`;
      blocks.push({ language, text, line: at + 2, notRun: excuse(lines, at) });
    } else if (!notCode.has(language)) throw new Error(`line ${at + 1}: blocks are ts or sh, which are run, or data; not ${language}`);
    at = end;
  }
  return blocks;
}

/** `<!-- not run: … -->` in the last line with text before the block. */
function excuse(lines: readonly string[], fence: number): string | null {
  const before = lines.slice(0, fence).findLast((line) => line.trim() !== '') ?? '';
  const reason = /^<!-- not run: (.*) -->$/.exec(before.trim())?.[1];
  if (reason === undefined) return null;
  if (reason.length < 15) throw new Error(`line ${fence + 1}: say why the block is not run`);
  return reason;
}

/** The commands of a shell block: comments and empty lines left out, continued lines joined. */
export function commandsOf(text: string): string[] {
  const joined = text.replaceAll(/\s*\\\n\s*/g, ' ');
  return joined.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
}
