// Decisions for whoever wants to check them: the record that needs nobody, and the list of a release.
import {
  type DecisionPredicate,
  type DecisionRecord,
  faultsOf,
  type Principal,
  ReleaseId,
  ServiceName,
  TenantId,
} from '@promotable/contracts';
import { z } from 'zod';
import { GateError } from '../gate-error.ts';
import { mayName, requireScope, requireSubject } from '../gate-question.ts';
import type { GateStore } from './gate-store.ts';

const listLimit = 100;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const ListQuery = z.strictObject({ tenant: TenantId.optional(), service: ServiceName, releaseId: ReleaseId });

/** Decisions on record, as their tenant may read them. */
export interface DecisionRecords {
  /** @throws {GateError} `FORBIDDEN` (403), `DECISION_NOT_FOUND` (404), also for another tenant's or an ungranted service's */
  record(principal: Principal, id: string): Promise<DecisionRecord>;
  /** At most 100, latest first. @throws {GateError} `FORBIDDEN` (403), `INVALID_QUESTION` (400) */
  list(principal: Principal, query: unknown): Promise<{ readonly decisions: readonly DecisionPredicate[] }>;
}

/** The records of a store, each behind the scope and the services of who asks. */
export function decisionRecords(store: GateStore): DecisionRecords {
  return {
    async record(principal, id) {
      requireScope(principal, 'decision:read');
      const recorded = uuid.test(id) ? await store.decision(principal.tenant, id) : null;
      if (recorded === null || !mayName(principal, recorded.decision.subject.service))
        throw new GateError('DECISION_NOT_FOUND', 'no such decision', { status: 404 });
      const { bundle, facts, decision } = recorded;
      const [policy, lastPass] = await Promise.all([store.policy(decision.policyDigest), store.passBefore(principal.tenant, id)]);
      if (policy === null) throw new GateError('POLICY_NOT_LOADED', `policy ${decision.policyDigest} is not kept`);
      const { digest, entrypoint, layer, data, wasm } = policy;
      return {
        schema: 'https://promotable.dev/decision-record/v1',
        bundle,
        facts,
        policy: { digest, entrypoint, layer, data, wasm: Buffer.from(wasm).toString('base64') },
        lastPass: lastPass === null ? null : { bundle: lastPass.bundle, facts: lastPass.facts },
      };
    },

    async list(principal, query) {
      requireScope(principal, 'decision:read');
      const parsed = ListQuery.safeParse(query);
      if (!parsed.success) throw new GateError('INVALID_QUESTION', 'the query has faults', { faults: faultsOf(parsed.error), status: 400 });
      requireSubject(principal, parsed.data);
      const { service, releaseId } = parsed.data;
      const recorded = await store.decisions({ tenant: principal.tenant, service, releaseId, limit: listLimit });
      return { decisions: recorded.map(({ decision }) => decision) };
    },
  };
}
