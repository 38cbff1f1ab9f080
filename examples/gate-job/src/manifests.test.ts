// What the shipped manifests must say, field by field: each of these closes a way in which a rollout would go on, or end, without a verdict.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandOf } from './command.ts';
import { documentsOf } from './testing/argo.ts';

type Tree = { readonly [key: string]: Tree } & readonly Tree[];

const one = (file: string, kind: string): Tree => {
  const found = documentsOf(file).find((document) => (document as { kind: string }).kind === kind);
  if (found === undefined) throw new Error(`no ${kind} in ${file}`);
  return found as Tree;
};

describe('the analysis template', () => {
  const { metrics } = one('service/analysis-template.yaml', 'AnalysisTemplate')['spec'] as Tree;
  const metric = metrics?.[0] as unknown as Record<string, number | string> & { provider: { web: Record<string, unknown> } };

  it('polls for four hours, takes the first pass and the first fail, and ends undecided rather than successful', () => {
    expect(metric).toMatchObject({ interval: '15s', count: 960, consecutiveSuccessLimit: 1, failureLimit: 0 });
  });

  it('never aborts for holds or outages: their limits lie above the count', () => {
    expect(metric['inconclusiveLimit']).toBeGreaterThan(960);
    expect(metric['consecutiveErrorLimit']).toBeGreaterThan(960);
  });

  it('has both conditions, each bound to release and stage', () => {
    for (const [condition, verdict] of [
      ['successCondition', 'pass'],
      ['failureCondition', 'fail'],
    ] as const)
      expect(metric[condition]).toBe(
        `result.verdict == "${verdict}" && result.release == "{{args.release-id}}" && result.stage == "{{args.stage}}"`,
      );
  });

  it('posts the whole question to the adapter, and waits longer than the adapter does', () => {
    const { web } = metric.provider;
    expect(web).toMatchObject({ method: 'POST', jsonPath: '{$}', url: 'http://promotable-gate.promotable.svc/v1/gate/rollout' });
    expect(Object.keys(web['jsonBody'] as object).sort()).toEqual([
      'environment',
      'images',
      'podTemplateHash',
      'releaseId',
      'service',
      'stage',
    ]);
    expect(web['timeoutSeconds']).toBeGreaterThan(10);
  });
});

describe('the rollout', () => {
  const rollout = one('service/rollout.yaml', 'Rollout') as unknown as {
    metadata: { labels: Record<string, string> };
    spec: {
      template: { metadata: { labels: Record<string, string> }; spec: { containers: { image: string }[] } };
      strategy: {
        canary: { steps: { setWeight?: number; analysis?: { args: { name: string; value?: string; valueFrom?: unknown }[] } }[] };
      };
    };
  };
  const { template, strategy } = rollout.spec;

  it('carries the release id on itself and on its pods, the same', () => {
    expect(rollout.metadata.labels['release-id']).toMatch(/^[\w.+-]+$/);
    expect(template.metadata.labels['release-id']).toBe(rollout.metadata.labels['release-id']);
  });

  it('pins every image by digest', () => {
    for (const { image } of template.spec.containers) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('asks after each weight, about that weight, the label, the image and the canary’s own pods', () => {
    const { steps } = strategy.canary;
    expect(steps.map(({ setWeight, analysis }) => setWeight ?? analysis?.args.find(({ name }) => name === 'stage')?.value)).toEqual([
      20,
      '20',
      50,
      '50',
    ]);
    for (const { analysis } of steps.filter((step) => step.analysis !== undefined))
      expect(Object.fromEntries((analysis?.args ?? []).map(({ name, valueFrom }) => [name, valueFrom ?? null]))).toEqual({
        service: null,
        environment: null,
        stage: null,
        'release-id': { fieldRef: { fieldPath: "metadata.labels['release-id']" } },
        images: { fieldRef: { fieldPath: 'spec.template.spec.containers[0].image' } },
        'pod-template-hash': { podTemplateHashValue: 'Latest' },
      });
  });

  it('gives every argument of the template, and no other', () => {
    const { args } = one('service/analysis-template.yaml', 'AnalysisTemplate')['spec'] as unknown as { args: { name: string }[] };
    for (const { analysis } of strategy.canary.steps.filter((step) => step.analysis !== undefined))
      expect(analysis?.args.map(({ name }) => name).sort()).toEqual(args.map(({ name }) => name).sort());
  });
});

describe('the job form', () => {
  const text = JSON.stringify(one('service/analysis-template-job.yaml', 'AnalysisTemplate'));

  it('is one pod that is never started again, and lives longer than it waits', () => {
    expect(text).toContain('"backoffLimit":0');
    expect(text).toContain('"restartPolicy":"Never"');
    expect(text).toContain('"--wait=4h"');
    expect(text).toContain('"activeDeadlineSeconds":14700');
  });
});

describe('the adapter', () => {
  const text = JSON.stringify(one('gate/adapter.yaml', 'Deployment'));

  it('runs without rights: no user, no writable root, no token of the cluster', () => {
    for (const wanted of [
      '"runAsNonRoot":true',
      '"readOnlyRootFilesystem":true',
      '"allowPrivilegeEscalation":false',
      '"automountServiceAccountToken":false',
    ])
      expect(text).toContain(wanted);
  });

  it('mounts the token as a folder, which follows a rotation', () => {
    expect(text).toContain('"mountPath":"/var/run/secrets/promotable"');
    expect(text).not.toContain('subPath');
    expect(commandOf(['adapter'], { KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toEqual(
      expect.arrayContaining(['gate', 'serve', '--token-file', '/var/run/secrets/promotable/token', '--host', '0.0.0.0']),
    );
  });

  it('takes its token from a store of its own namespace, and says every how many days it is issued anew', () => {
    const [store, secret] = [one('gate/external-secret.yaml', 'SecretStore'), one('gate/external-secret.yaml', 'ExternalSecret')];
    expect([store['metadata']?.['namespace'], secret['metadata']?.['namespace']]).toEqual(['promotable', 'promotable']);
    expect(secret).toMatchObject({
      metadata: { annotations: { 'promotable.dev/rotate-every': '60d' } },
      spec: { refreshInterval: '1h', secretStoreRef: { kind: 'SecretStore' } },
    });
  });

  it('is reached by the controller and by Prometheus alone', () => {
    const { ingress } = one('gate/network-policy.yaml', 'NetworkPolicy')['spec'] as unknown as {
      ingress: { from: { namespaceSelector: { matchLabels: Record<string, string> } }[] }[];
    };
    expect(ingress.flatMap(({ from }) => from.map(({ namespaceSelector }) => Object.values(namespaceSelector.matchLabels)[0]))).toEqual([
      'argo-rollouts',
      'monitoring',
    ]);
  });
});

it('every manifest that is applied with the gate is listed for it', () => {
  const { resources } = one('gate/kustomization.yaml', 'Kustomization') as unknown as { resources: string[] };
  const files = readdirSync(join(import.meta.dirname, '../manifests/gate')).filter((file) => file !== 'kustomization.yaml');
  expect([...resources].sort()).toEqual(files.sort());
});
