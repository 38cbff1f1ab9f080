// What a regular expression can know of TypeScript once comments and the contents of strings are out of the way.

const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g;

/** The text with comments and strings blanked; positions and lines stay. */
export function codeOnly(text: string): string {
  return text.replace(token, (found) => found.replace(/[^\n]/g, ' '));
}

const statement = /(?:^|[\n;}])\s*(?:import|export)\b(?:\s+type\b)?\s*(?:[\w*{}\s,$]*?\bfrom\b\s*)?(['"])([^'"\n]+)\1/g;
const dynamic = /\bimport\s*\(\s*(['"])([^'"\n]+)\1/g;

/** Every module that the text imports or re-exports, statically or not. */
export function importsOf(text: string): string[] {
  const plain = text.replace(token, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
  return [...plain.matchAll(statement), ...plain.matchAll(dynamic)].map((match) => match[2] ?? '');
}
