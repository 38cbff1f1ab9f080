// A scan of an SBOM in the form that Grype writes. Grype itself is no part of this: its program takes minutes to build and its database
// cannot be had without a network, so the findings come from the advisories that a test states.
import { readFile } from 'node:fs/promises';

/** What is known to be wrong with one component, whatever its version. */
export interface Advisory {
  readonly id: string;
  readonly component: string;
  readonly severity: 'Critical' | 'High' | 'Medium' | 'Low';
  readonly fixedIn: string;
}

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
}

/** What a scan made at `atMs` finds in the CycloneDX file, with a database of six hours before. */
export async function grypeReport(sbom: string, advisories: readonly Advisory[], atMs: number): Promise<string> {
  const { components } = JSON.parse(await readFile(sbom, 'utf8')) as { readonly components: readonly Component[] };
  const named = components.map((component) => ({ component, name: [component.group, component.name].filter(Boolean).join('/') }));
  const matches = advisories.flatMap(({ id, component: name, severity, fixedIn }) =>
    named
      .filter((one) => one.name === name)
      .map(({ component: { version, purl } }) => ({
        vulnerability: { id, namespace: 'github:language:javascript', severity, fix: { versions: [fixedIn], state: 'fixed' } },
        relatedVulnerabilities: [],
        artifact: { name, version, type: 'npm', purl },
      })),
  );
  const built = new Date(atMs - 6 * 3_600_000).toISOString();
  const descriptor = { name: 'grype', version: '0.120.0', timestamp: new Date(atMs).toISOString(), db: { status: { built, valid: true } } };
  return JSON.stringify({ matches, source: { type: 'sbom-file', target: 'bom.json' }, descriptor });
}
