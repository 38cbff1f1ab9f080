/** A copy of a text that is kept: a part of a larger text keeps all of it in memory. */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
