/** One RFC 6901 reference token: `~` and `/` escaped. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
