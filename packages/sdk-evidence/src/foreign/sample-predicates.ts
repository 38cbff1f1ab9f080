// One small predicate of each foreign type, as other tools write them.
/** By predicate type. */
export const samplePredicates = {
  'https://slsa.dev/provenance/v1': {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: { ref: 'refs/heads/main', repository: 'https://github.com/example/shop', path: '.github/workflows/release.yml' },
      },
      resolvedDependencies: [
        {
          uri: 'git+https://github.com/example/shop@refs/heads/main',
          digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' },
        },
      ],
    },
    runDetails: {
      builder: { id: 'https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main' },
      metadata: { invocationId: 'https://github.com/example/shop/actions/runs/118700001/attempts/1' },
    },
  },
  'https://cyclonedx.org/bom': {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { timestamp: '2026-11-21T11:40:00Z' },
    components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0' }],
  },
  'https://spdx.dev/Document': {
    spdxVersion: 'SPDX-2.3',
    creationInfo: { created: '2026-11-21T11:41:00Z' },
    packages: [{ SPDXID: 'SPDXRef-a', name: 'a', versionInfo: '1.0.0' }],
  },
  'https://in-toto.io/attestation/test-result/v0.1': {
    result: 'PASSED',
    configuration: [{ name: 'ci.yml' }],
    url: 'https://github.com/acme/checkout/actions/runs/1187/attempts/2',
    passedTests: ['adds', 'removes'],
  },
  'https://in-toto.io/attestation/vulns/v0.2': {
    scanner: {
      uri: 'pkg:github/aquasecurity/trivy',
      version: '0.68.0',
      db: { lastUpdate: '2026-11-21T06:00:00Z' },
      result: [
        {
          id: 'CVE-2026-1',
          severity: [
            { method: 'nvd', score: 'medium' },
            { method: 'cvss_score', score: '7.5' },
          ],
        },
        { id: 'CVE-2026-2', severity: [{ method: 'vendor', score: 'moderate-ish' }] },
      ],
    },
    metadata: { scanStartedOn: '2026-11-21T11:30:00Z', scanFinishedOn: '2026-11-21T11:31:00Z' },
  },
} as const satisfies Record<string, Record<string, unknown>>;
