const shape = /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/;

/**
 * Decodes standard or URL base64 (DSSE 1.0.2 asks for both), padded or not; null for anything else, including stray characters,
 * mixed alphabets and set bits after the last byte, so that one byte sequence has one text per alphabet.
 */
export function decodeBase64(text: string): Buffer | null {
  if (!shape.test(text) || (text.endsWith('=') && text.length % 4 !== 0)) return null;
  const bytes = Buffer.from(text, 'base64');
  const bare = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  return bytes.toString('base64').replace(/=+$/, '') === bare ? bytes : null;
}
