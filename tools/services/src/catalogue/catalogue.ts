import { chromiumService } from '../chromium/service.ts';
import { collectorService } from '../collector/service.ts';
import { cosignService } from '../cosign/service.ts';
import { helmService } from '../helm/service.ts';
import { k6Service } from '../k6/service.ts';
import { kafkaService } from '../kafka/service.ts';
import { actionlintService } from '../actionlint/service.ts';
import { kubeconformService } from '../kubeconform/service.ts';
import { neo4jService } from '../neo4j/service.ts';
import { ociRegistryService } from '../oci-registry/service.ts';
import { opaService } from '../opa/service.ts';
import { postgresService } from '../postgres/service.ts';
import { prometheusService } from '../prometheus/service.ts';
import { securesystemslibService } from '../securesystemslib/service.ts';
import { ServicesError } from '../services-error.ts';
import { valkeyService } from '../valkey/service.ts';
import type { Service, ServiceSet } from './service.ts';

/** Every part that we can start. A new part is one entry here. */
export const services: readonly Service[] = [
  postgresService,
  valkeyService,
  neo4jService,
  kafkaService,
  prometheusService,
  opaService,
  ociRegistryService,
  chromiumService,
  collectorService,
  k6Service,
  helmService,
  kubeconformService,
  actionlintService,
  cosignService,
  securesystemslibService,
];

/** The parts of a set. */
export function servicesOf(set: ServiceSet): readonly Service[] {
  return services.filter((service) => service.set === set);
}

/** The entry of that name; throws `UNKNOWN_SERVICE`. */
export function serviceOf(name: string): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined)
    throw new ServicesError(
      'UNKNOWN_SERVICE',
      `There is no service "${name}": use one of ${services.map((service) => service.name).join(', ')}.`,
    );
  return found;
}
