/** Tells whether a JSON Pointer is one of a pattern's: `*` stands for one part, `**` for any number, none included. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const wanted = pattern.split('/').slice(1);
  return (path) => fits(wanted, path.split('/').slice(1));
}

function fits(wanted: readonly string[], parts: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return parts.length === 0;
  // Some split of the parts: what `**` takes, and what the rest must fit.
  if (first === '**') return parts.some((_, taken) => fits(rest, parts.slice(taken))) || fits(rest, []);
  return parts.length > 0 && (first === '*' || first === parts[0]) && fits(rest, parts.slice(1));
}
