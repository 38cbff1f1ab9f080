import { go } from '../catalogue/requirement.ts';
import type { Service } from '../catalogue/service.ts';
import { startOciRegistry } from './oci-registry.ts';
import { ociRegistryProgram, ociRegistryVersion } from './program.ts';

export const ociRegistryService: Service = {
  name: 'oci-registry',
  title: `OCI registry (go-containerregistry ${ociRegistryVersion})`,
  set: 'light',
  variables: ['OCI_REGISTRY'],
  requires: [go],
  provision: ociRegistryProgram,
  async start(options) {
    const { host, stop } = await startOciRegistry(options);
    return { environment: { OCI_REGISTRY: host }, stop };
  },
  async query({ OCI_REGISTRY }) {
    const response = await fetch(`http://${OCI_REGISTRY}/v2/`);
    return `${response.status}`;
  },
};
