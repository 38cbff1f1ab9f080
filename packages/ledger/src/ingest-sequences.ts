/** @throws {TypeError} where sequences were taken, but not one for each entry */
export function requireOneEach(entries: readonly unknown[], ingestSequences: readonly number[] | undefined): void {
  if (ingestSequences !== undefined && ingestSequences.length !== entries.length)
    throw new TypeError(`${entries.length} entries cannot have ${ingestSequences.length} ingest sequences`);
}
