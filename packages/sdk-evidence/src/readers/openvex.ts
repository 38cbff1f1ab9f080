// OpenVEX 0.2.0 (https://github.com/openvex/spec): who states that a vulnerability does not affect a product.
import type { Fault } from '@promotable/contracts';
import { FaultList, faulty, quoted } from '../fault-list.ts';
import { mistakenText } from './mistaken-sbom.ts';
import { unreadable } from './report-document.ts';
import type { ReadPlan } from './report-reader.ts';
import { readTime } from './report-time.ts';
import { fieldsOf, textOf } from './scan-format.ts';
import { judgeVersion } from './spec-version.ts';
import { strictJson, wholeText } from './whole-text.ts';

const statuses = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;

/** One statement; `at` is its time, milliseconds since the epoch. */
export interface VexStatement {
  readonly path: string;
  readonly at: number;
  readonly status: (typeof statuses)[number];
  /** Every name of the vulnerability. */
  readonly names: readonly string[];
  readonly products: readonly VexProduct[];
}

/** What a statement is about: identifiers of a product and of parts of it; without parts the product itself. */
export interface VexProduct {
  readonly identifiers: readonly string[];
  readonly parts: readonly (readonly string[])[];
}

export interface VexDocument {
  readonly documentDigest: string;
  readonly statements: readonly VexStatement[];
  readonly warnings: readonly Fault[];
}

/** How an OpenVEX document is read; such documents are written by hand, and small. */
export const vexPlan: ReadPlan<VexDocument> = wholeText(16_777_216, read);

function read(name: string, text: string, documentDigest: string): VexDocument {
  const document = fieldsOf(strictJson(name, text, mistakenText));
  const [faults, warnings] = [new FaultList(), new FaultList()];
  const context = textOf(document['@context']);
  if (context === null || !context.startsWith('https://openvex.dev/ns'))
    throw unreadable(name, 'wrong_format', 'is no OpenVEX document: "@context" must be "https://openvex.dev/ns/v0.2.0"');
  const pattern = /^https:\/\/openvex\.dev\/ns\/v(\d{1,3})\.(\d{1,3})(?:\.\d{1,3})?$/;
  judgeVersion(context, { path: '/@context', pattern, from: [0, 2], to: [0, 2] }, faults, warnings);
  const written = timeOf(document['timestamp'], '/timestamp', faults);
  const listed: unknown = document['statements'];
  if (!Array.isArray(listed) || listed.length === 0) faults.add('/statements', 'required', 'must list at least one statement');
  const statements = (Array.isArray(listed) ? (listed as unknown[]) : []).map((statement, index) =>
    readStatement(fieldsOf(statement), `/statements/${index}`, written, faults),
  );
  if (!faults.isEmpty) throw faulty('REPORT_UNREADABLE', name, [...faults.toArray(), ...warnings.toArray()]);
  return { documentDigest, statements, warnings: warnings.toArray() };
}

function readStatement(fields: Record<string, unknown>, path: string, written: number | null, faults: FaultList): VexStatement {
  const { vulnerability, products, status } = fields;
  const { name, aliases, '@id': id } = fieldsOf(vulnerability);
  const names = [name, ...(Array.isArray(aliases) ? (aliases as unknown[]) : []), id].map(textOf).filter((text) => text !== null);
  if (names.length === 0) faults.add(`${path}/vulnerability/name`, 'required', 'must name the vulnerability');
  const known = statuses.find((candidate) => candidate === status);
  if (known === undefined) faults.add(`${path}/status`, 'invalid_value', `must be one of ${statuses.join(', ')}, not ${quoted(status)}`);
  if (known === 'not_affected' && textOf(fields['justification']) === null && textOf(fields['impact_statement']) === null)
    faults.add(`${path}/justification`, 'required', 'must say why it is not affected, else impact_statement must');
  if (!Array.isArray(products) || products.length === 0) faults.add(`${path}/products`, 'required', 'must name at least one product');
  const stated = fields['timestamp'] === undefined ? written : timeOf(fields['timestamp'], `${path}/timestamp`, faults);
  return {
    path,
    at: stated ?? 0,
    status: known ?? 'under_investigation',
    names,
    products: (Array.isArray(products) ? (products as unknown[]) : []).map((product) => ({
      identifiers: identifiersOf(product),
      parts: partsOf(product),
    })),
  };
}

function partsOf(product: unknown): string[][] {
  const parts = fieldsOf(product)['subcomponents'];
  return Array.isArray(parts) ? parts.map(identifiersOf) : [];
}

/** `@id`, every identifier, and every hash as `<algorithm>:<value>`. */
function identifiersOf(component: unknown): string[] {
  const { '@id': id, identifiers, hashes } = fieldsOf(component);
  const digests = Object.entries(fieldsOf(hashes)).map(([algorithm, value]) =>
    typeof value === 'string' ? `${algorithm}:${value.toLowerCase()}` : null,
  );
  return [id, ...Object.values(fieldsOf(identifiers)), ...digests].map(textOf).filter((text) => text !== null);
}

function timeOf(value: unknown, path: string, faults: FaultList): number | null {
  const time = typeof value === 'string' ? readTime(value) : { fault: 'invalid_time' as const };
  if ('at' in time) return time.at;
  faults.add(path, time.fault, `must be an RFC 3339 time with an offset, not ${quoted(value)}`);
  return null;
}
