// The releases of many services, published in one go.
export { parseMatrix } from './matrix/matrix.ts';
export { evidenceSource } from './matrix/evidence-source.ts';
export { openReceipts } from './matrix/receipts.ts';
export { publishMatrix } from './matrix/publish-matrix.ts';

export type { MatrixArtifact, MatrixEntry, MatrixReports, MatrixSource } from './matrix/matrix.ts';
export type { EvidenceSource, EvidenceSourceOptions } from './matrix/evidence-source.ts';
export type { Receipts, ReceiptsOptions } from './matrix/receipts.ts';
export type { MatrixResult, PublishMatrixOptions } from './matrix/publish-matrix.ts';
