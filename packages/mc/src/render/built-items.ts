import { type BuildEvidence, type BuildItem, buildItems } from '@promotable/contracts';

/** What the samples of an item are counted in; a provenance counts nothing. */
const units: Readonly<Partial<Record<BuildItem, string>>> = { sbom: 'components', tests: 'tests', coverage: 'lines', scan: 'findings' };

/** `sbom (118 components), tests absent, provenance`: each item that a record speaks of. */
export function builtItems({ values, samples }: Pick<BuildEvidence, 'values' | 'samples'>): string {
  const said = buildItems.flatMap((item) => {
    const value = values[item];
    if (value === undefined) return [];
    if ('absent' in value) return [`${item} absent`];
    const count = (samples as Readonly<Partial<Record<BuildItem, number>>>)[item];
    return [count === undefined || units[item] === undefined ? item : `${item} (${count} ${units[item]})`];
  });
  return said.join(', ');
}
