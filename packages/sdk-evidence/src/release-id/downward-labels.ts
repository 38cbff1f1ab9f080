/**
 * One label of a file that the downward API wrote: a line `key="value"` per label, the value quoted as Go's `%q` does. Undefined where the
 * label is not there, or its line is not of that form.
 */
export function labelOf(text: string, key: string): string | undefined {
  const line = text.split(/\r?\n/).find((candidate) => candidate.startsWith(`${key}=`));
  if (line === undefined) return undefined;
  try {
    // The value of a label holds letters, digits, ".", "_" and "-" alone, which Go and JSON quote alike.
    const value: unknown = JSON.parse(line.slice(key.length + 1));
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
