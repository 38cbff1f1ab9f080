// Every row, in the order of the table.
import type { Row } from '../harness/row.ts';
import { canonicalJsonRows } from './canonical-json.ts';
import { commandStartRow } from './command-start.ts';
import { gateEvaluationRow } from './gate-evaluation.ts';
import { gatePartsRow } from './gate-parts.ts';
import { hotReadRows } from './hot-read.ts';
import { policyDecisionRows } from './policy-decision.ts';
import { sbomDiffRows } from './sbom-diff.ts';
import { streamHashRow } from './stream-hash.ts';
import { publishRow } from './publish.ts';
import { visibleRow } from './visible.ts';

export const rows: readonly Row[] = [
  ...canonicalJsonRows,
  gateEvaluationRow,
  ...policyDecisionRows,
  commandStartRow,
  streamHashRow,
  ...sbomDiffRows,
  gatePartsRow,
  ...hotReadRows,
  publishRow,
  visibleRow,
];
