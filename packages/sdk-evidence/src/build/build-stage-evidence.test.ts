import { canonicalize } from '@promotable/attest';
import { StageEvidence, Statement } from '@promotable/contracts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { plantedSecrets } from '../planted-secrets.ts';
import { releaseSubject } from '../release-subject.ts';
import { buildStageEvidence, type StageEvidenceInput } from './build-stage-evidence.ts';

const input = {
  service: 'checkout',
  releaseId: '2026.11.21-1',
  artifacts: [{ name: 'checkout.tgz', sha256: 'a'.repeat(64) }],
  environment: 'production',
  checkpoint: '20',
  podTemplateHash: '5d4c8f7b9d',
  window: { from: '2026-11-21T14:00:00+01:00', until: '2026-11-21T13:05:00Z' },
  slo: {
    source: 'prometheus',
    canary: { p95Ms: 182.5, p99Ms: 240.125, errorRate: 0.0004, open: 3 },
    stable: { p95Ms: 180, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 0 },
  },
  samples: { slo: 1440, stable: 5760, cost: 1440 },
  cost: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
  run: { provider: 'gate', id: 'rollout-7', attempt: 1 },
} as const satisfies StageEvidenceInput;

function faultPaths(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error.faults.map((fault) => fault.path);
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('buildStageEvidence', () => {
  it('binds a release that has no artifact to its own name, in the tenant given', () => {
    const { artifacts: _, ...bare } = input;
    expect(buildStageEvidence({ ...bare, tenant: 'acme' }).subject).toEqual([
      releaseSubject({ tenant: 'acme', service: 'checkout', releaseId: '2026.11.21-1' }),
    ]);
    expect(faultPaths(() => buildStageEvidence(bare))).toEqual(['/artifacts']);
  });

  it('gives the bytes of the golden file', async () => {
    await expect(canonicalize(buildStageEvidence(input))).toMatchFileSnapshot('../../fixtures/stage-evidence.v1.json');
    const golden = Statement.parse(JSON.parse(readFileSync(new URL('../../fixtures/stage-evidence.v1.json', import.meta.url), 'utf8')));
    expect(StageEvidence.parse(golden.predicate)).toMatchObject({
      checkpoint: '20',
      observed: { from: '2026-11-21T13:00:00.000Z', until: '2026-11-21T13:05:00.000Z' },
    });
  });

  it('speaks of one item alone where only that was measured', () => {
    const { cost, slo, ...rest } = input;
    expect(buildStageEvidence({ ...rest, slo }).predicate['values']).toEqual({ slo });
    expect(buildStageEvidence({ ...rest, cost }).predicate['values']).toEqual({ cost });
    expect(faultPaths(() => buildStageEvidence(rest))).toEqual(['/predicate/values']);
  });

  it('states that there are no pods and no stable version, where there are none', () => {
    const { predicate } = buildStageEvidence({
      ...input,
      podTemplateHash: { absent: 'NOT_APPLICABLE' },
      slo: { ...input.slo, stable: { absent: 'NO_STABLE' } },
    });
    expect(predicate).toMatchObject({
      podTemplateHash: { absent: 'NOT_APPLICABLE' },
      values: { slo: { stable: { absent: 'NO_STABLE' } } },
    });
  });

  it('lists every fault: NaN, a rate beyond 1, a naive and a reversed window, a stage and a hash that are none', () => {
    const faulty = {
      ...input,
      checkpoint: '0',
      podTemplateHash: 'a-b',
      environment: '',
      samples: { slo: -1, stable: 1.5 },
      window: { from: '2026-11-21T13:00:00', until: '' },
      slo: { ...input.slo, canary: { p95Ms: Number.NaN, p99Ms: Number.POSITIVE_INFINITY, errorRate: 1.5, open: -1 } },
    } as unknown as StageEvidenceInput;
    expect(new Set(faultPaths(() => buildStageEvidence(faulty)))).toEqual(
      new Set([
        '/window/from',
        '/window/until',
        '/predicate/environment',
        '/predicate/checkpoint',
        '/predicate/podTemplateHash',
        '/predicate/samples/slo',
        '/predicate/samples/stable',
        '/predicate/values/slo/canary/p95Ms',
        '/predicate/values/slo/canary/p99Ms',
        '/predicate/values/slo/canary/errorRate',
        '/predicate/values/slo/canary/open',
      ]),
    );
    for (const podTemplateHash of [null, undefined, {}, { absent: 'FORGOTTEN' }])
      expect(faultPaths(() => buildStageEvidence({ ...input, podTemplateHash } as unknown as StageEvidenceInput))[0]).toMatch(
        /^\/predicate\/podTemplateHash/,
      );
    expect(faultPaths(() => buildStageEvidence({ ...input, window: { from: input.window.until, until: input.window.from } }))).toContain(
      '/window/until',
    );
  });

  it('refuses the checkpoint of another kind and lets no unlisted field through', () => {
    expect(faultPaths(() => buildStageEvidence({ ...input, checkpoint: 'build' } as unknown as StageEvidenceInput)).length).toBeGreaterThan(
      0,
    );
    const extra = {
      ...input,
      slo: { ...input.slo, query: 'secret', canary: { ...input.slo.canary, url: 'x' } },
      cost: { ...input.cost, account: '1' },
    };
    expect(canonicalize(buildStageEvidence(extra))).toBe(canonicalize(buildStageEvidence(input)));
  });

  it.each(plantedSecrets)('keeps $what out of the statement', ({ text, secret }) => {
    const statement = buildStageEvidence({
      ...input,
      run: { ...input.run, id: text.slice(0, 250) },
      slo: { ...input.slo, source: text.length > 50 ? 'prometheus' : text },
    });
    expect(canonicalize(statement)).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect((statement.predicate['redactions'] as unknown[]).length).toBeGreaterThan(0);
  });
});
