/**
 * Bytes that importing an entry may load of our own code (see `checks/entry-size.ts`): what was measured and 15 %, which leaves room for a
 * feature but not for a dependency that slips into the bundle, a second copy of a module, or a lazy part that became eager.
 */
export const entryLimits: Readonly<Record<string, number>> = {
  '@promotable/attest': 11_500,
  '@promotable/attest/foreign': 10_200,
  '@promotable/contracts': 4_700,
  '@promotable/contracts/graphql': 100,
  '@promotable/gate': 15_800,
  '@promotable/gate/client': 22_400,
  '@promotable/gate/server': 26_700,
  '@promotable/gate/postgres': 18_700,
  '@promotable/governance': 13_700,
  '@promotable/governance/server': 21_500,
  '@promotable/governance/postgres': 17_800,
  '@promotable/ledger': 17_100,
  '@promotable/ledger/postgres': 15_000,
  '@promotable/mc': 27_400,
  '@promotable/notify': 8_000,
  '@promotable/notify/postgres': 4_200,
  '@promotable/sdk-evidence': 42_000,
  '@promotable/sdk-evidence/spool': 18_700,
  '@promotable/sdk-evidence/matrix': 30_000,
  '@promotable/sdk-evidence/server': 21_700,
  '@promotable/sdk-evidence/server/postgres': 15_800,
  '@promotable/server-kit': 22_500,
  '@promotable/telemetry': 5_300,
  '@promotable/telemetry/tracing': 5_300,
  '@promotable/telemetry/opentelemetry': 6_200,
  '@promotable/telemetry/prometheus': 11_500,
  '@promotable/policies': 14_900,
  '@promotable/policies/wasm': 5_300,
};
