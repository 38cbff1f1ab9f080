/** The caller's words as label values: the first `limit` different ones as they are, every further one `other`, so nobody adds series without end. */
export function boundedLabels(limit: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= limit) return 'other';
    known.add(value);
    return value;
  };
}
