import { runProgram } from '../cache/run-program.ts';
import { go } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { kubeconform, kubeconformVersion } from './kubeconform.ts';
import { kubernetesSchemas } from './kubernetes-schemas.ts';

export const kubeconformService = programService({
  name: 'kubeconform',
  title: `kubeconform ${kubeconformVersion}`,
  set: 'heavy',
  variable: 'KUBECONFORM_PATH',
  keptAs: `kubeconform-${kubeconformVersion}`,
  requires: [go],
  async path(options) {
    await kubernetesSchemas(options);
    return kubeconform(options);
  },
  ask: async (path) => (await runProgram(path, ['-v'])).trim(),
});
