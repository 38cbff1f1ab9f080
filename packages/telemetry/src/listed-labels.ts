/** The caller's words as label values: listed ones as they are, every other one `other`. So nobody adds series, and nobody's own words show in public metrics. */
export function listedLabels(names: readonly string[]): (value: string) => string {
  const listed = new Set(names);
  return (value) => (listed.has(value) ? value : 'other');
}
