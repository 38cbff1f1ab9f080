import { Absent, CostValue, faultsOf, Quantity } from '@promotable/contracts';
import { z } from 'zod';
import { faulty } from '../fault-list.ts';
import type { ReportDocument } from './report-document.ts';
import { readDocument } from './report-reader.ts';
import { strictJson, wholeText } from './whole-text.ts';

const maxBytes = 65_536;
const NotMeasured = Absent(['NOT_MEASURED']);

/** `null` is how JSON producers write what was not measured; a missing field is a fault, so that a typo is none. */
const Amount = z.union([Quantity, NotMeasured, z.null().transform(() => ({ absent: 'NOT_MEASURED' as const }))]);

const CostReport = z
  .strictObject({ graphqlPerMillionUsd: Amount, ingestPerThousandUsd: Amount, estimated: z.boolean() })
  .refine(
    ({ graphqlPerMillionUsd, ingestPerThousandUsd }) =>
      typeof graphqlPerMillionUsd === 'number' || typeof ingestPerThousandUsd === 'number',
    'must state at least one amount',
  );

/**
 * Reads unit cost from JSON `{graphqlPerMillionUsd, ingestPerThousandUsd, estimated}`: US dollars per million GraphQL calls and per thousand
 * signals, `null` for what was not measured.
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault and its path, `REPORT_TOO_LARGE` beyond 64 KiB
 */
export function readCost(document: ReportDocument): CostValue {
  return readDocument(document, wholeText(maxBytes, read));
}

function read(name: string, text: string): CostValue {
  const value = strictJson(
    name,
    text,
    () => 'is not JSON without duplicate names; expected {"graphqlPerMillionUsd": 1.8, "ingestPerThousandUsd": 0.08, "estimated": true}',
  );
  const parsed = CostReport.safeParse(value);
  if (!parsed.success) throw faulty('REPORT_UNREADABLE', name, faultsOf(parsed.error));
  return CostValue.parse(parsed.data);
}
