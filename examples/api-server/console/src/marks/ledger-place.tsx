/** Where a record stands in the ledger; until it is sealed it could still be lost with the database. */
export function LedgerPlace({ position }: { position: number | null }) {
  return position === null ? <span class="quiet">not sealed yet</span> : <span>sealed at {position}</span>;
}
