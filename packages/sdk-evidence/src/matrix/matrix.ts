// What a matrix file says: the releases of many services, sent in one go. Its form alone; nothing is read or sent here.
import { Digest, EvidenceRun, faultsOf, Instant, ReleaseId, ServiceName, TenantId } from '@promotable/contracts';
import { z } from 'zod';
import { faulty } from '../fault-list.ts';

const Path = z.string().min(1).max(1024);
const Name = z.string().min(1).max(512);

const Artifact = z
  .strictObject({ file: Path.optional(), digest: Digest.optional(), name: Name.optional() })
  .refine(({ file, digest }) => (file === undefined) !== (digest === undefined), 'must state either file or digest');
/** The same, or the name of one that stands under the matrix's own `artifacts`. */
const ArtifactOrName = z.union([z.string().min(1).max(128), Artifact]);

const Paths = z.array(Path).min(1).max(1000);
/** As `mc evidence build` takes them; by the item that each speaks of. */
const Reports = z.strictObject({
  sbom: Path.optional(),
  junit: Paths.optional(),
  coverage: Paths.optional(),
  scan: Paths.optional(),
  vex: Paths.optional(),
  provenance: Path.optional(),
  partial: z.boolean().optional(),
});
const Observed = z.strictObject({ from: Instant, until: Instant });

const Service = z
  .strictObject({
    service: ServiceName,
    releaseId: ReleaseId.optional(),
    tenant: TenantId.optional(),
    artifacts: z.array(ArtifactOrName).max(1000).optional(),
    reports: Reports.optional(),
    /** Evidence that is signed already, in place of artifacts and reports. */
    evidence: Path.optional(),
    run: EvidenceRun.optional(),
    observed: Observed.optional(),
  })
  .refine(
    ({ evidence, artifacts, reports }) => evidence === undefined || (artifacts === undefined && reports === undefined),
    'must state either evidence or what it is built from',
  );

/** Version 1 of the file. What stands at the top holds for every service that does not say otherwise. */
export const MatrixDocument = z.strictObject({
  version: z.literal(1),
  releaseId: ReleaseId.optional(),
  tenant: TenantId.optional(),
  run: EvidenceRun.optional(),
  observed: Observed.optional(),
  /** Artifacts that several services are made of, by name. */
  artifacts: z.record(z.string().min(1).max(128), Artifact).optional(),
  services: z.array(Service).min(1).max(1000),
});

/** An artifact by its file, or by its digest where it is no file here, such as an image. */
export interface MatrixArtifact {
  readonly file?: string | undefined;
  /** `sha256:…` */
  readonly digest?: string | undefined;
  readonly name?: string | undefined;
}

/** Paths of the reports that evidence is built from, as `mc evidence build` takes them. */
export interface MatrixReports {
  readonly sbom?: string | undefined;
  readonly junit?: readonly string[] | undefined;
  readonly coverage?: readonly string[] | undefined;
  readonly scan?: readonly string[] | undefined;
  readonly vex?: readonly string[] | undefined;
  readonly provenance?: string | undefined;
  readonly partial?: boolean | undefined;
}

/** One release of one service, as the matrix describes it. */
export interface MatrixEntry {
  readonly service: string;
  readonly releaseId: string;
  readonly source: MatrixSource;
}

/** Where its evidence comes from; paths are as the file has them. */
export type MatrixSource =
  | { readonly signed: string }
  | {
      readonly tenant: string | undefined;
      readonly artifacts: readonly MatrixArtifact[];
      readonly reports: MatrixReports;
      readonly run: EvidenceRun;
      readonly observed: { readonly from: string; readonly until: string } | undefined;
    };

/**
 * Reads a matrix from its parsed YAML or JSON.
 * @throws {EvidenceError} `EVIDENCE_INVALID` with every fault and its path: of another form, a release named twice, no release id or run
 * anywhere, an artifact that is not there
 */
export function parseMatrix(document: unknown): readonly MatrixEntry[] {
  const parsed = MatrixDocument.safeParse(document);
  if (!parsed.success) throw faulty('EVIDENCE_INVALID', 'matrix', faultsOf(parsed.error));
  const faults: { path: string; code: string; message: string }[] = [];
  const seen = new Map<string, number>();
  const entries = parsed.data.services.map((given, index): MatrixEntry => {
    const path = `/services/${index}`;
    const need = <Value>(value: Value | undefined, field: string): Value | undefined => {
      if (value === undefined) faults.push({ path: `${path}/${field}`, code: 'required', message: 'must be stated here or at the top' });
      return value;
    };
    const releaseId = need(given.releaseId ?? parsed.data.releaseId, 'releaseId') ?? '';
    const first = seen.get(`${given.service} ${releaseId}`);
    if (first !== undefined) faults.push({ path, code: 'duplicate', message: `is the release of /services/${first} again` });
    else seen.set(`${given.service} ${releaseId}`, index);
    if (given.evidence !== undefined) return { service: given.service, releaseId, source: { signed: given.evidence } };
    const artifacts = (given.artifacts ?? []).flatMap((artifact, at) => {
      if (typeof artifact !== 'string') return [artifact];
      const named = Object.hasOwn(parsed.data.artifacts ?? {}, artifact) ? parsed.data.artifacts?.[artifact] : undefined;
      if (named === undefined)
        faults.push({ path: `${path}/artifacts/${at}`, code: 'unknown', message: 'is no name under the artifacts at the top' });
      return named === undefined ? [] : [{ name: artifact, ...named }];
    });
    return {
      service: given.service,
      releaseId,
      source: {
        tenant: given.tenant ?? parsed.data.tenant,
        artifacts,
        reports: given.reports ?? {},
        run: need(given.run ?? parsed.data.run, 'run') ?? { provider: '', id: '', attempt: 1 },
        observed: given.observed ?? parsed.data.observed,
      },
    };
  });
  if (faults.length > 0) throw faulty('EVIDENCE_INVALID', 'matrix', faults);
  return entries;
}
