import { argoWorkflow } from './argo-workflow.ts';
import { githubWorkflow } from './github-workflow.ts';
import { releaseLabelPatch } from './release-label-patch.ts';
import { type Publisher, trustRule } from './trust-rule.ts';

/** What `mc init` is told. */
export interface InitPlanOptions {
  readonly service: string;
  readonly tenant: string;
  readonly mcUrl: string;
  /** Version of `@promotable/mc` that the pipeline installs. */
  readonly version: string;
  readonly publisher: Publisher;
}

/** A file to be written, by its path in the repository. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** The pipeline's part, the rule by which MC knows the pipeline, and the label by which the gate knows the release. */
export function initPlan({ service, tenant, mcUrl, version, publisher }: InitPlanOptions): PlannedFile[] {
  const pipeline =
    publisher.kind === 'github'
      ? { path: '.github/workflows/promotable-publish.yml', text: githubWorkflow({ service, mcUrl, version }) }
      : { path: 'promotable/publish-evidence.yaml', text: argoWorkflow({ service, mcUrl }) };
  return [
    pipeline,
    { path: 'promotable/trust-rule.json', text: `${JSON.stringify(trustRule({ service, tenant, mcUrl, publisher }), null, 2)}\n` },
    { path: 'promotable/release-id.patch.yaml', text: releaseLabelPatch(service) },
  ];
}
