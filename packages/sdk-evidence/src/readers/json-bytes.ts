// What a byte of JSON may be, and what JSON.parse does not tell.

export const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBracket = 0x5b;
export const backslash = 0x5c;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

export const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

export const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Names of a parsed value, all levels together; NaN where one is forbidden, which equals no count. */
export function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let names = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'object') names += namesIn(item);
    }
    return names;
  }
  for (const name in value) {
    if (name === '__proto__') return Number.NaN;
    const member = (value as Record<string, unknown>)[name];
    names += typeof member === 'object' ? 1 + namesIn(member) : 1;
  }
  return names;
}
