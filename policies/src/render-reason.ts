import type { PolicyReason, Reason } from '@promotable/contracts';
import { formatParam } from './format-param.ts';
import { PoliciesError } from './policies-error.ts';
import { reasonCatalog } from './reason-catalog.ts';

const placeholder = /\{([A-Za-z0-9]+)(?::([a-z]+))?\}/g;

/**
 * Words a reason with the texts of the policy's METADATA; TypeScript never words one itself.
 * @throws {PoliciesError} `REASON_UNKNOWN` when the catalog lacks the code
 */
export function renderReason(reason: PolicyReason): Reason {
  const entry = Object.hasOwn(reasonCatalog, reason.code) ? reasonCatalog[reason.code] : undefined;
  if (entry === undefined) throw new PoliciesError('REASON_UNKNOWN', `the policy has no reason ${reason.code}`);
  return { ...reason, message: fill(entry.message, reason.params), fix: fill(entry.fix, reason.params) };
}

/** The reason that a client gives for its own hold, classed and worded by the catalog. @throws {PoliciesError} `REASON_UNKNOWN` */
export function reasonOf(code: string, params: PolicyReason['params'] = {}): Reason {
  const entry = Object.hasOwn(reasonCatalog, code) ? reasonCatalog[code] : undefined;
  if (entry === undefined) throw new PoliciesError('REASON_UNKNOWN', `the policy has no reason ${code}`);
  return renderReason({ code, class: entry.class, params });
}

function fill(template: string, params: PolicyReason['params']): string {
  return template.replaceAll(placeholder, (_, name: string, format: string | undefined) =>
    formatParam(params[name], format ?? 'plain', params),
  );
}
