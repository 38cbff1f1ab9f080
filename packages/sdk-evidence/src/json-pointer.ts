/** One RFC 6901 reference token: `~` and `/` escaped. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The RFC 6901 pointer of names and indices, from the root. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((token) => `/${escapePointer(String(token))}`).join('');
}
