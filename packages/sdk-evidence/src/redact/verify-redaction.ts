// For an auditor who has the key: whether a value is what a redaction took out.
import { timingSafeEqual } from 'node:crypto';
import type { Statement } from '@promotable/contracts';
import { markOf } from './redact-text.ts';
import { keyedDigestOf, type Redaction } from './redact-value.ts';

/** What an auditor holds against a statement. */
export interface RedactionClaim {
  /** The whole text that stood there, or what was taken out of it. */
  readonly value: string;
  /** JSON Pointer of the field. @default every redacted field is tried */
  readonly path?: string | undefined;
  readonly auditorKey: Uint8Array;
}

/** A redaction that the value is proven for. */
export interface ProvenRedaction extends Redaction {
  /** What stood there before, by the auditor's own words. */
  readonly before: string;
}

/** Every redaction of a statement for which `value`, or the text with `value` in place of its marks, is what stood there. */
export function verifyRedaction(
  statement: Pick<Statement, 'subject' | 'predicate'>,
  { value, path, auditorKey }: RedactionClaim,
): ProvenRedaction[] {
  const redactions = (statement.predicate['redactions'] ?? []) as readonly Redaction[];
  return redactions.flatMap((redaction) => {
    if (redaction.keyedDigest === undefined || (path !== undefined && path !== redaction.path)) return [];
    const stated = Buffer.from(redaction.keyedDigest, 'hex');
    const before = [value, valueIn(statement, redaction).replaceAll(markOf(redaction.rule), () => value)].find((candidate) =>
      timingSafeEqual(stated, Buffer.from(keyedDigestOf({ path: redaction.path, value: candidate }, auditorKey), 'hex')),
    );
    return before === undefined ? [] : [{ ...redaction, before }];
  });
}

/** The text as it was signed; a mark alone where it was cut away since. */
function valueIn(statement: object, { path, rule }: Redaction): string {
  const found = path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (holder, part) =>
        typeof holder === 'object' && holder !== null && Object.hasOwn(holder, part)
          ? (holder as Record<string, unknown>)[part]
          : undefined,
      statement,
    );
  return typeof found === 'string' ? found : markOf(rule);
}
