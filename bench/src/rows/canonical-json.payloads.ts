// What is written as canonical JSON: values as they come out of the real builders, and shapes that are hard in one way each.
import { buildEvidence } from '@promotable/sdk-evidence';

export const shapes = ['evidence', 'facts', 'names', 'numbers', 'texts'] as const;
export type Shape = (typeof shapes)[number];

/** Distinct values of each shape, so that none is written from memory. */
const count = 32;

/** Values of one shape, read from JSON like everything that arrives. */
export function payloads(shape: Shape): readonly unknown[] {
  return Array.from({ length: count }, (_item, index) => JSON.parse(JSON.stringify(makers[shape](index))) as unknown);
}

const makers: Readonly<Record<Shape, (index: number) => unknown>> = {
  /** Build evidence as `mc evidence build` makes it of an SBOM and a test report; about 1.7 kB. */
  evidence: (index) =>
    buildEvidence(
      {
        service: 'checkout',
        releaseId: `2026.11.21-${index}`,
        artifacts: ['checkout', 'worker', 'migrations', 'assets'].map((name, part) => ({
          name: `registry.example/acme/${name}`,
          sha256: hex(index * 4 + part),
        })),
        sbom: { name: 'bom.json', bytes: Buffer.from(sbom) },
        junit: [{ name: 'junit.xml', bytes: Buffer.from(junit(index)) }],
        run: { provider: 'github', id: String(11_870_000 + index), attempt: 1 },
      },
      { clock: { now: () => Date.parse('2026-11-21T13:00:00Z') } },
    ),
  /** As the gate digests them. */
  facts: (index) => ({
    schema: 'https://promotable.dev/facts/rollout/v1',
    subject: { tenant: 'acme', service: 'checkout', releaseId: `r-${index}`, environment: 'production', stage: '20' },
    request: { digests: [`sha256:${hex(index)}`], podTemplateHash: '6d4f9c7b58' },
    release: { known: true, identity: `sha256:${hex(index + 1)}`, digests: [`sha256:${hex(index)}`], untrusted: 0, unsigned: 0 },
    standing: { proven: false, revoked: false, current: false, suspectForMs: { absent: 'NOT_SUSPECT' } },
    items: { slo: { windowMs: 300_000, canary: { samples: 1200 + index, p95Ms: 180.25, p99Ms: 290, errorRate: 0.001 } } },
    exceptions: [],
  }),
  names: (index) => Object.fromEntries(Array.from({ length: 60 }, (_name, part) => [`name-${(part * 37) % 61}-${index % 4}`, part])),
  numbers: (index) => Array.from({ length: 200 }, (_number, part) => (part % 2 === 0 ? part * index : part / 7 + index)),
  texts: (index) =>
    Array.from({ length: 40 }, (_text, part) => ({ note: `Prüfung ${index}: "grün" – ${part}\n✓ 完了`, path: `C:\\build\\${part}` })),
};

function hex(seed: number): string {
  return seed.toString(16).padStart(2, '0').repeat(32);
}

const sbom = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { timestamp: '2026-11-21T12:58:00Z' },
  components: Array.from({ length: 118 }, (_item, part) => ({
    type: 'library',
    name: `part-${part}`,
    version: '1.0.0',
    purl: `pkg:npm/part-${part}@1.0.0`,
  })),
});

const junit = (index: number): string => {
  const failing = ['charges the card once', 'refuses an expired card', 'gives the money back'].map(
    (name) =>
      `<testcase classname="acme.checkout.payments" name="${name} (${index})" time="0.3"><failure message="expected 1, got 2"/></testcase>`,
  );
  return `<testsuite name="checkout" tests="4" failures="3" time="1.2" timestamp="2026-11-21T12:59:00Z"><testcase classname="cart" name="adds" time="0.3"/>${failing.join('')}</testsuite>`;
};
