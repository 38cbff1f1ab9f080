// Which pipeline a process runs in, from what CI providers say; nothing of it is a secret or a person.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/cicd/ and …/vcs/ (release candidate)
import type { Environment } from './tracing-environment.ts';

/** `cicd.*` and `vcs.*` of GitHub Actions and GitLab CI; empty elsewhere. */
export function pipelineAttributes(env: Environment): Record<string, string> {
  const stated = env['GITHUB_ACTIONS'] === 'true' ? gitHub(env) : env['GITLAB_CI'] === 'true' ? gitLab(env) : {};
  return Object.fromEntries(Object.entries(stated).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function gitHub(env: Environment): Record<string, string | undefined> {
  return {
    'cicd.pipeline.name': env['GITHUB_WORKFLOW'],
    'cicd.pipeline.run.id': env['GITHUB_RUN_ID'],
    'cicd.pipeline.task.name': env['GITHUB_JOB'],
    'vcs.repository.name': env['GITHUB_REPOSITORY'],
    'vcs.ref.head.revision': env['GITHUB_SHA'],
  };
}

function gitLab(env: Environment): Record<string, string | undefined> {
  return {
    'cicd.pipeline.name': env['CI_PIPELINE_NAME'],
    'cicd.pipeline.run.id': env['CI_PIPELINE_ID'],
    'cicd.pipeline.task.name': env['CI_JOB_NAME'],
    'cicd.pipeline.task.run.id': env['CI_JOB_ID'],
    'vcs.repository.name': env['CI_PROJECT_PATH'],
    'vcs.ref.head.revision': env['CI_COMMIT_SHA'],
  };
}
