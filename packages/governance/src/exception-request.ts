// What a caller asks for, checked field by field. The tenant comes from the token.
import {
  Digest,
  EnvironmentName,
  type Fault,
  faultsOf,
  IdempotencyKey,
  Instant,
  ReasonCode,
  ServiceName,
  Stage,
  TenantId,
} from '@promotable/contracts';
import { z } from 'zod';
import { GovernanceError } from './governance-error.ts';

const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must be text without control characters');
/** Control characters other than line ends and tabs have no business in a justification. */
const text = z
  .string()
  .trim()
  .max(4000)
  .regex(/^([^\p{Cc}\p{Cs}]|[\n\r\t])+$/u, 'must be text without control characters');
const distinct = <Item extends z.ZodType<string>>(item: Item, max: number) =>
  z
    .array(item)
    .min(1)
    .max(max)
    .transform((items) => [...new Set(items)].sort());

const scope = {
  tenant: TenantId.nullish(),
  service: ServiceName,
  environment: EnvironmentName,
  stages: distinct(Stage, 100),
  digests: distinct(Digest, 256),
  codes: distinct(ReasonCode, 64),
  ticket: line(256),
  expiresAt: Instant,
  idempotencyKey: IdempotencyKey.nullish(),
};

/** What is asked for with a waiver. */
export const WaiverRequest = z
  .strictObject({
    ...scope,
    suite: line(128).nullish(),
    rule: line(128).nullish(),
    path: line(512).nullish(),
    owner: line(256),
    justification: text,
    mitigation: text,
  })
  .refine(({ rule, path }) => path == null || rule != null, { path: ['path'], message: 'says nothing without a rule' });
/** What is asked for with an override, break-glass included. */
export const OverrideRequest = z.strictObject({
  ...scope,
  reason: text,
  author: line(256).nullish(),
  offline: z.boolean().nullish(),
});

export type WaiverRequest = z.infer<typeof WaiverRequest>;
export type OverrideRequest = z.infer<typeof OverrideRequest>;

/** Checks an input. @throws {GovernanceError} `REQUEST_INVALID` (400) with every fault */
export function parseRequest<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw invalidRequest(faultsOf(parsed.error));
  return parsed.data;
}

export function invalidRequest(faults: readonly Fault[]): GovernanceError {
  const [first] = faults;
  return new GovernanceError('REQUEST_INVALID', `the request has faults: ${first?.path ?? ''} ${first?.message ?? ''}`, {
    faults,
    status: 400,
  });
}
