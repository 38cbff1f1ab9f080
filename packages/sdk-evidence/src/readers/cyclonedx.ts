import { digestOf, parseStrictJson, sha256Hex } from '@promotable/attest';
import { isCodedError, type SbomValue } from '@promotable/contracts';
import { FaultList, faulty, quoted } from '../fault-list.ts';
import { componentCoordinates } from './cyclonedx-components.ts';
import { mistakenForCycloneDx, mistakenText } from './mistaken-format.ts';
import { textOf, unreadable, type ReportDocument } from './report-document.ts';
import { readTime, type ObservedSpan } from './report-time.ts';

const specVersions: readonly unknown[] = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];

/** Bounds of {@link readCycloneDx}. */
export interface SbomReaderOptions {
  /** Largest document that is read, in bytes. @default 134217728 (128 MiB, about 200,000 components) */
  readonly maxBytes?: number;
}

/** What a bill of materials says, and when it was made if it says so. */
export interface SbomReading {
  readonly value: SbomValue;
  readonly observed: ObservedSpan | null;
}

/**
 * Reads CycloneDX JSON 1.2 to 1.7 (ECMA-424) into counts and digests. Components are counted distinct by coordinate, nested ones included;
 * none at all is recorded as 0, the policy judges. `componentsDigest` is sha256 of RFC 8785 of the sorted coordinates (UTF-16 code units).
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault and its path, `REPORT_TOO_LARGE`
 */
export function readCycloneDx(document: ReportDocument, { maxBytes = 134_217_728 }: SbomReaderOptions = {}): SbomReading {
  const bom = parse(document.name, textOf(document, maxBytes));
  const faults = new FaultList();
  if (bom['bomFormat'] !== 'CycloneDX') faults.add('/bomFormat', 'invalid_value', `must be "CycloneDX", not ${quoted(bom['bomFormat'])}`);
  const specVersion = bom['specVersion'];
  if (!specVersions.includes(specVersion))
    faults.add('/specVersion', 'invalid_value', `must be a string from "1.2" to "1.7", not ${quoted(specVersion)}`);
  const coordinates = [...new Set(componentCoordinates(bom['components'], faults))].sort();
  const observed = timeOf(bom['metadata'], faults);
  faults.throwIfAny('REPORT_UNREADABLE', document.name);
  return {
    value: {
      format: 'cyclonedx',
      specVersion: specVersion as string,
      documentDigest: sha256Hex(document.bytes),
      componentsDigest: digestOf(coordinates),
      components: coordinates.length,
    },
    observed,
  };
}

function parse(name: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    const faults = isCodedError(error) ? error.faults : [];
    if (faults.every((fault) => fault.code === 'syntax')) throw unreadable(name, 'syntax', mistakenText(text));
    throw faulty('REPORT_UNREADABLE', name, faults);
  }
  const mistake = mistakenForCycloneDx(value);
  if (mistake !== null) throw unreadable(name, 'wrong_format', mistake);
  return value as Record<string, unknown>;
}

function timeOf(metadata: unknown, faults: FaultList): ObservedSpan | null {
  if (metadata === undefined) return null;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    faults.add('/metadata', 'invalid_type', 'must be an object');
    return null;
  }
  const timestamp = (metadata as Record<string, unknown>)['timestamp'];
  if (timestamp === undefined) return null;
  const time = typeof timestamp === 'string' ? readTime(timestamp) : { fault: 'invalid_time' as const };
  if ('at' in time) return { from: time.at, until: time.at };
  faults.add('/metadata/timestamp', time.fault, `must be an RFC 3339 time with an offset, not ${quoted(timestamp)}`);
  return null;
}
