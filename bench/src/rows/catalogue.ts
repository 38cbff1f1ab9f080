// Every row, in the order of the table.
import type { Row } from '../harness/row.ts';
import { canonicalJsonRows } from './canonical-json.ts';

export const rows: readonly Row[] = [...canonicalJsonRows];
