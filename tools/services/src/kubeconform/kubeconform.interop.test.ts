import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { kubeconform } from './kubeconform.ts';
import { kubernetesSchemas } from './kubernetes-schemas.ts';

let program: string;
let schemas: string;

beforeAll(async () => {
  [program, schemas] = await Promise.all([kubeconform(), kubernetesSchemas()]);
}, 600_000);

interface Answer {
  readonly resources: readonly { readonly kind: string; readonly status: string; readonly msg: string }[];
}

/** Its answer about the documents of `manifest`, none of which it may leave out. */
async function judge(manifest: string): Promise<Answer> {
  const child = promisify(execFile)(program, ['-strict', '-verbose', '-output', 'json', '-schema-location', schemas, '-']);
  child.child.stdin?.end(manifest);
  const { stdout } = await child.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Answer;
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: mc, creationTimestamp: null, labels: {app: mc}}
spec:
  replicas: 2
  selector: {matchLabels: {app: mc}}
  template:
    metadata: {labels: {app: mc}}
    spec:
      containers:
        - name: mc
          image: mc@sha256:${'a'.repeat(64)}
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /readyz, port: http}}
          resources: {limits: {cpu: 1, memory: 256Mi}}
`;
const others = `---
apiVersion: v1
kind: Service
metadata: {name: mc}
spec: {selector: {app: mc}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mc}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: mc}
rules: [{apiGroups: [''], resources: [configmaps], verbs: [get]}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: gate}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: gate, image: gate}]}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: pinned}
spec: {failurePolicy: Fail, validations: [{expression: 'true'}]}
`;

const rollout = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: checkout}
spec:
  replicas: 5
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout, release-id: '1'}}
    spec: {containers: [{name: checkout, image: checkout}]}
  strategy:
    canary:
      steps:
        - setWeight: 20
        - analysis: {templates: [{templateName: gate}], args: [{name: stage, value: '20'}]}
`;
const analysis = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: gate}
spec:
  args: [{name: stage}]
  metrics:
    - name: gate
      interval: 15s
      count: 960
      consecutiveSuccessLimit: 1
      failureLimit: 0
      successCondition: result.verdict == "pass"
      failureCondition: result.verdict == "fail"
      provider: {web: {url: 'http://gate/v1', jsonPath: '{$}'}}
`;

test('resources of Argo Rollouts are known, and a misspelt limit in one is refused', async () => {
  const good = await judge(`${rollout}${analysis}`);
  expect(good.resources.map(({ status, msg }) => `${status} ${msg}`)).toEqual(['statusValid ', 'statusValid ']);
  const { resources } = await judge(analysis.replace('consecutiveSuccessLimit', 'consecutiveSuccesLimit'));
  expect(resources).toMatchObject([{ status: 'statusInvalid', msg: expect.stringContaining('consecutiveSuccesLimit') }]);
});

test('good manifests of several groups are valid, from schemas on this machine', async () => {
  const { resources } = await judge(`${deployment}${others}`);
  expect(Object.fromEntries(resources.map(({ kind, status, msg }) => [kind, `${status} ${msg}`]))).toEqual({
    Deployment: 'statusValid ',
    Service: 'statusValid ',
    NetworkPolicy: 'statusValid ',
    Role: 'statusValid ',
    Job: 'statusValid ',
    ValidatingAdmissionPolicy: 'statusValid ',
  });
});

test.each([
  ['a field of the wrong type', ['replicas: 2', "replicas: 'two'"], 'statusInvalid', /replicas/],
  ['a field that there is not', ['replicas: 2', 'replica: 2'], 'statusInvalid', /replica/],
  ['a required field that is missing', ['  selector: {matchLabels: {app: mc}}\n', ''], 'statusInvalid', /selector/],
  ['a misspelt field deep inside', ['readinessProbe', 'readynessProbe'], 'statusInvalid', /readynessProbe/],
  ['a version that there is not', ['apps/v1', 'apps/v1beta9'], 'statusError', /could not find schema/],
] as const)('%s is refused by name', async (_title, [good, bad], status, message) => {
  const { resources } = await judge(deployment.replace(good, bad));
  expect(resources).toMatchObject([{ status, msg: expect.stringMatching(message) }]);
});
