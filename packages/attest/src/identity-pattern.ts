// Names that a certificate may have: one exactly, or a pattern that matches the whole of it.
import { z } from 'zod';

/** Whoever a careless pattern would let in: none of these may match. */
const strangers = [
  '',
  'a',
  'anybody@example.com',
  'https://example.com/x',
  'https://github.com/x/y/.github/workflows/z.yml@refs/heads/main',
  'https://gitlab.com/x/y//.gitlab-ci.yml@refs/heads/main',
];

const Pattern = z
  .string()
  .max(512)
  .superRefine((pattern, context) => {
    const message = whyUnsafe(pattern);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

/** The subject alternative name of a certificate: a text that it must equal, or `{pattern}`, a regular expression over the whole name. */
export const SubjectName = z.union([z.string().min(1).max(512), z.strictObject({ pattern: Pattern })]);
export type SubjectName = z.infer<typeof SubjectName>;

/** Whether a certificate's name is the one that was meant. */
export function isSubject(expected: SubjectName, name: string): boolean {
  return typeof expected === 'string' ? expected === name : anchored(expected.pattern).test(name);
}

/** What makes a pattern one that others than the meant one may match; null where nothing does. */
function whyUnsafe(pattern: string): string | null {
  if (!pattern.startsWith('^') || !pattern.endsWith('$') || /(?:^|[^\\])(?:\\\\)*\\\$$/.test(pattern))
    return 'must be anchored: begin with ^ and end with $';
  // What an escape or a class of characters stands for is taken out first.
  const bare = pattern.replaceAll(/\\[^DSWPpb]/gi, '').replaceAll(/\[(?!\^)(?:[^\]\\]|\\[^DSW])*\]/g, '');
  if (bare.includes('.')) return 'must not hold the wildcard ".", which matches any character: write "\\." for a dot';
  if (/\\|\[\^/.test(bare)) return 'must name the characters that it takes, not those that it refuses';
  try {
    const expression = anchored(pattern);
    return strangers.some((name) => expression.test(name)) ? 'matches names of anybody' : null;
  } catch {
    return 'must be a regular expression';
  }
}

/** With the anchors outside, so that an alternative cannot slip past them. */
function anchored(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.slice(1, -1)})$`, 'u');
}
