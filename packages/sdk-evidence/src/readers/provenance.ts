// SLSA provenance v1 (https://slsa.dev/spec/v1.2/provenance): the statement itself, or a DSSE envelope or Sigstore bundle that holds it.
import type { Fault, ProvenanceValue } from '@promotable/contracts';
import { FaultList, quoted } from '../fault-list.ts';
import { mistakenText } from './mistaken-sbom.ts';
import { unreadable, type ReportDocument, type ReportStream } from './report-document.ts';
import { type ReadPlan, readDocument, readStream } from './report-reader.ts';
import { joinSpans, optionalTime, type ObservedSpan } from './report-time.ts';
import { fieldsOf, textOf } from './scan-format.ts';
import { strictJson, wholeText } from './whole-text.ts';

/** What a provenance must speak of. */
export interface ProvenanceReaderOptions {
  /** sha256 of the release's artifacts, lowercase hex; each must be a subject. @default none: not compared */
  readonly artifacts?: readonly string[] | undefined;
}

/** What a provenance says. Whose word it is, is not looked at: it is the word of whoever signs the evidence. */
export interface ProvenanceReading {
  readonly value: ProvenanceValue;
  readonly observed: ObservedSpan | null;
  readonly warnings: readonly Fault[];
}

const predicateType = 'https://slsa.dev/provenance/v1';
const maxBytes = 16_777_216;
const maxText = 512;

/**
 * Reads one SLSA provenance v1: an in-toto Statement, a DSSE envelope, a Sigstore bundle, or lines of such (`cosign download attestation`,
 * `gh attestation download`) of which exactly one is a provenance. Signatures are not verified here.
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault, paths from the statement; `REPORT_TOO_LARGE` beyond 16 MiB
 */
export function readProvenance(document: ReportDocument, options: ProvenanceReaderOptions = {}): ProvenanceReading {
  return readDocument(document, provenancePlan(options));
}

/** {@link readProvenance} of a document that is not in memory yet. */
export async function readProvenanceStream(report: ReportStream, options: ProvenanceReaderOptions = {}): Promise<ProvenanceReading> {
  return readStream(report, provenancePlan(options));
}

function provenancePlan({ artifacts = [] }: ProvenanceReaderOptions): ReadPlan<ProvenanceReading> {
  return wholeText(maxBytes, (name, text, documentDigest) => read(name, text, documentDigest, artifacts));
}

function read(name: string, text: string, documentDigest: string, artifacts: readonly string[]): ProvenanceReading {
  const statement = provenanceWithin(name, text);
  const faults = new FaultList();
  const { buildDefinition, runDetails } = fieldsOf(statement['predicate']);
  const { buildType, resolvedDependencies, externalParameters } = fieldsOf(buildDefinition);
  const { builder, metadata } = fieldsOf(runDetails);
  const builderId = requiredText(fieldsOf(builder)['id'], '/predicate/runDetails/builder/id', faults);
  const type = requiredText(buildType, '/predicate/buildDefinition/buildType', faults);
  const subjects = new Set(
    (Array.isArray(statement['subject']) ? statement['subject'] : []).map(
      (subject: unknown) => fieldsOf(fieldsOf(subject)['digest'])['sha256'],
    ),
  );
  for (const sha256 of artifacts) {
    if (!subjects.has(sha256))
      faults.add('/subject', 'subject_mismatch', `does not name the artifact ${quoted(sha256)}: it is the provenance of something else`);
  }
  const times = fieldsOf(metadata);
  const at = '/predicate/runDetails/metadata';
  const observed = joinSpans(
    optionalTime(times['startedOn'], `${at}/startedOn`, faults),
    optionalTime(times['finishedOn'], `${at}/finishedOn`, faults),
  );
  faults.throwIfAny('REPORT_UNREADABLE', name);
  const source = sourceOf(resolvedDependencies, externalParameters);
  return {
    value: {
      format: 'slsa-provenance-v1',
      documentDigest,
      builderId,
      buildType: type,
      sourceUri: source.uri === null ? { absent: 'NOT_STATED' } : source.uri.slice(0, maxText).toWellFormed(),
      sourceDigest: source.digest === null ? { absent: 'NOT_STATED' } : source.digest.slice(0, 256).toWellFormed(),
    },
    observed,
    warnings: [],
  };
}

function requiredText(value: unknown, path: string, faults: FaultList): string {
  const text = textOf(value);
  if (text === null) faults.add(path, 'required', `must be a text, not ${quoted(value)}`);
  else if (text.length > maxText) faults.add(path, 'too_long', `must have at most ${maxText} characters`);
  return text ?? '';
}

/** The one provenance among the statements of a file. */
function provenanceWithin(name: string, text: string): Record<string, unknown> {
  const statements = documentsOf(name, text).map((document) => statementOf(name, fieldsOf(document)));
  const found = statements.filter((statement) => statement['predicateType'] === predicateType);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (found.length > 1) throw unreadable(name, 'several', `holds ${found.length} provenances; give the one of this build`);
  const types = [...new Set(statements.map((statement) => quoted(statement['predicateType'])))].slice(0, 3).join(', ');
  throw unreadable(name, 'wrong_format', `is no SLSA provenance v1: its predicate type must be "${predicateType}", not ${types}`);
}

/** One JSON value, or one in each line. */
function documentsOf(name: string, text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const isLines = lines.length > 1 && lines.every((line) => line.startsWith('{') && line.trimEnd().endsWith('}'));
  return (isLines ? lines : [text]).map((json) => strictJson(name, json, mistakenText));
}

/** The Statement itself, or what an envelope carries. */
function statementOf(name: string, document: Record<string, unknown>): Record<string, unknown> {
  const envelope = 'dsseEnvelope' in document ? fieldsOf(document['dsseEnvelope']) : document;
  const { payload } = envelope;
  const statement = payload === undefined ? document : fieldsOf(strictJson(name, payloadText(name, payload), mistakenText));
  const type = statement['_type'];
  // cosign still writes v0.1 around predicates that are given to it.
  if (type !== 'https://in-toto.io/Statement/v1' && type !== 'https://in-toto.io/Statement/v0.1')
    throw unreadable(name, 'wrong_format', `is no in-toto Statement, nor an envelope of one: "_type" is ${quoted(type)}`);
  return statement;
}

function payloadText(name: string, payload: unknown): string {
  if (typeof payload !== 'string' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(payload))
    throw unreadable(name, 'encoding', 'holds an envelope whose payload is not base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(payload, 'base64'));
  } catch {
    throw unreadable(name, 'encoding', 'holds an envelope whose payload is not UTF-8 text');
  }
}

/** The source among the dependencies, by its git commit; else what the build was asked to build. */
function sourceOf(dependencies: unknown, parameters: unknown): { uri: string | null; digest: string | null } {
  const listed = (Array.isArray(dependencies) ? (dependencies as unknown[]) : []).map(fieldsOf);
  const isSource = ({ uri, digest }: Record<string, unknown>) =>
    'gitCommit' in fieldsOf(digest) || (typeof uri === 'string' && uri.startsWith('git+'));
  const { source, workflow } = fieldsOf(parameters);
  const { uri, digest } = listed.find(isSource) ?? fieldsOf(source);
  const digests = fieldsOf(digest);
  const [algorithm, hex] = ['gitCommit', 'sha1', 'sha256']
    .map((kind) => [kind, textOf(digests[kind])] as const)
    .find(([, text]) => text !== null) ?? [null, null];
  return {
    uri: textOf(uri) ?? textOf(typeof source === 'string' ? source : null) ?? textOf(fieldsOf(workflow)['repository']),
    digest: algorithm === null ? null : `${algorithm}:${hex}`,
  };
}
