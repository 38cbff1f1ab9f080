// Every row, in the order of the table.
import type { Row } from '../harness/row.ts';

export const rows: readonly Row[] = [];
