// Whether manifests keep what the gate relies on: labels, digests, and limits that end nothing by accident.
import { ReleaseId } from '@promotable/contracts';
import { z } from 'zod';
import { type Finding, failed, ok, warning } from './check.ts';

const Labels = z.record(z.string(), z.unknown()).default({});
const Metadata = z.object({ name: z.string().default('unnamed'), labels: Labels }).loose();
const Document = z.object({ kind: z.string(), metadata: Metadata, spec: z.looseObject({}).default({}) }).loose();
const Template = z.object({
  metadata: z.object({ labels: Labels }).loose().default({ labels: {} }),
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() }).loose()).default([]) }).loose(),
});
const Limit = z
  .union([z.number(), z.string()])
  .optional()
  .transform((value) => (value === undefined ? null : Number(value)));
const Metric = z
  .object({
    name: z.string().default('unnamed'),
    count: Limit,
    consecutiveSuccessLimit: Limit,
    failureLimit: Limit,
    inconclusiveLimit: Limit,
    consecutiveErrorLimit: Limit,
    successCondition: z.string().default(''),
    failureCondition: z.string().default(''),
    provider: z.object({ web: z.object({ url: z.string() }).loose().optional() }).loose(),
  })
  .loose();

/** Findings about the documents of one file; kinds that have nothing to do with a gate are passed over. */
export function manifestFindings(file: string, documents: readonly unknown[]): Finding[] {
  return documents.flatMap((value) => {
    const parsed = Document.safeParse(value);
    if (!parsed.success) return [];
    const { kind, metadata, spec } = parsed.data;
    const at = `${file}: ${kind} ${metadata.name}`;
    if (kind === 'Rollout') return [...labelFindings(at, metadata.labels, spec['template']), ...imageFindings(at, spec['template'])];
    if (kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate') return templateFindings(at, spec['metrics']);
    return [];
  });
}

function labelFindings(at: string, labels: Readonly<Record<string, unknown>>, template: unknown): Finding[] {
  const pods = Template.safeParse(template);
  const [own, ofPods] = [labels['release-id'], pods.success ? pods.data.metadata.labels['release-id'] : undefined];
  const fix = 'Set the label release-id on the Rollout and on its pod template, the same on both (`mc init` writes a patch for it).';
  if (own === undefined || ofPods === undefined)
    return [failed('label', `${at}: release-id is missing ${own === undefined ? 'on the Rollout' : 'on the pod template'}`, fix)];
  if (own !== ofPods)
    return [failed('label', `${at}: release-id is ${JSON.stringify(own)}, and ${JSON.stringify(ofPods)} on the pods`, fix)];
  if (!ReleaseId.safeParse(own).success) return [failed('label', `${at}: release-id is not one: ${JSON.stringify(own)}`, fix)];
  return [
    own === 'unset'
      ? warning('label', `${at}: release-id is still "unset"`, 'Let the pipeline write it before it applies.')
      : ok('label', `${at}: release-id ${JSON.stringify(own)}`),
  ];
}

function imageFindings(at: string, template: unknown): Finding[] {
  const pods = Template.safeParse(template);
  if (!pods.success) return [failed('image', `${at}: has no containers`, 'See that this is the Rollout that is applied.')];
  const loose = pods.data.spec.containers.filter(({ image }) => !/@sha256:[0-9a-f]{64}$/.test(image));
  if (loose.length === 0) return [ok('image', `${at}: ${pods.data.spec.containers.length} images, pinned`)];
  return loose.map(({ name, image }) =>
    failed(
      'image',
      `${at}: ${name} runs ${image}, which is not pinned`,
      'Name it by digest, as name@sha256:…: the gate is asked about digests.',
    ),
  );
}

/** A way past the gate that Argo leaves open, and the setting that closes it. */
function templateFindings(at: string, metrics: unknown): Finding[] {
  const parsed = z.array(Metric).safeParse(metrics);
  if (!parsed.success) return [];
  return parsed.data
    .filter(({ provider }) => provider.web?.url.includes('/v1/gate/') === true)
    .map((metric) => {
      const faults = holesOf(metric);
      const where = `${at}: ${metric.name}`;
      return faults.length === 0
        ? ok('analysis', `${where}: holds are held, and only a pass goes on`)
        : failed(
            'analysis',
            `${where}: ${faults.join('; ')}`,
            'Take the limits of examples/gate-job/manifests/service/analysis-template.yaml.',
          );
    });
}

function holesOf(metric: z.infer<typeof Metric>): string[] {
  const { count, consecutiveSuccessLimit, failureLimit, inconclusiveLimit, consecutiveErrorLimit } = metric;
  const least = count ?? Number.POSITIVE_INFINITY;
  return [
    ...(/verdict == "pass"/.test(metric.successCondition) ? [] : ['successCondition does not ask for the verdict "pass"']),
    ...(/verdict == "fail"/.test(metric.failureCondition)
      ? []
      : ['failureCondition does not ask for the verdict "fail", so a hold would fail']),
    ...(consecutiveSuccessLimit === 1 ? [] : ['consecutiveSuccessLimit is not 1, so a count that runs out on holds is successful']),
    ...((failureLimit ?? 0) === 0 ? [] : ['failureLimit is not 0, so a fail is not the end']),
    ...((inconclusiveLimit ?? 0) > least ? [] : ['inconclusiveLimit is not above count, so holds end the analysis']),
    ...((consecutiveErrorLimit ?? 4) > least ? [] : ['consecutiveErrorLimit is not above count, so an outage aborts the rollout']),
  ];
}
