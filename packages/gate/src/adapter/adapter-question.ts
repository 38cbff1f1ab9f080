// What Argo can send: its arguments are strings, so lists come as text and digests as image references.
import {
  Digest,
  EnvironmentName,
  faultsOf,
  GateQuestion,
  PodTemplateHash,
  ReleaseId,
  ServiceName,
  Stage,
  TenantId,
} from '@promotable/contracts';
import { z } from 'zod';
import { GateError } from '../gate-error.ts';

/** Entries that are separated by commas or white space, or a list of them. */
const listed = (entry: z.ZodType<string>, most: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : value),
    z.array(entry).max(most),
  );

const pinned = /^[^\s@]{1,512}@(sha256:[0-9a-f]{64})$/;

/** The body at the adapter's `POST /v1/gate/rollout`: a question of the gate, its digests as such or within image references. */
export const AdapterQuestion = z.strictObject({
  tenant: TenantId.optional(),
  service: ServiceName,
  releaseId: ReleaseId,
  environment: EnvironmentName,
  stage: Stage,
  digests: listed(Digest, 256).optional(),
  /** Containers as the pod template names them; one that is not pinned could be anything. */
  images: listed(z.string().regex(pinned, 'must be pinned by its digest, as name@sha256:…'), 256).optional(),
  podTemplateHash: PodTemplateHash.optional(),
});

/** @throws {GateError} `INVALID_QUESTION` (400) with every fault */
export function readAdapterQuestion(body: unknown): GateQuestion {
  const parsed = AdapterQuestion.safeParse(body);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error);
    throw new GateError('INVALID_QUESTION', `the question has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`, {
      faults,
      status: 400,
    });
  }
  const { images = [], digests, ...question } = parsed.data;
  const ofImages = images.map((image) => image.slice(image.indexOf('@') + 1));
  const all = [...new Set([...(digests ?? []), ...ofImages])];
  return GateQuestion.parse({ ...question, ...(all.length === 0 ? {} : { digests: all }) });
}
