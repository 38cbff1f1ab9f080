/** Code that verdicts stand on, with the tests that judge it. */
export interface Target {
  readonly name: string;
  /** Globs of the files in which faults are planted. */
  readonly mutate: readonly string[];
  /** Globs of the tests that must find them. */
  readonly tests: readonly string[];
  /** Tests too slow to run once per fault, as those of thousands of cases: what they see the others see too. @default none */
  readonly tooSlow?: readonly string[];
}

const sources = (folder: string): string[] => [
  `${folder}/**/*.ts`,
  `!${folder}/**/*.test.ts`,
  `!${folder}/**/sample-*.ts`,
  `!${folder}/**/fixtures/**`,
];

export const targets: readonly Target[] = [
  { name: 'attest', mutate: sources('packages/attest/src'), tests: ['packages/attest/src/**/*.test.ts'] },
  {
    name: 'ledger',
    // What only tests use is not judged by them; the adapter for PostgreSQL has a target of its own, whose tests take seconds.
    mutate: [
      ...sources('packages/ledger/src'),
      '!packages/ledger/src/{conformance,sample-export,testing}.ts',
      '!packages/ledger/src/postgres/**',
    ],
    tests: ['packages/ledger/src/**/*.test.ts'],
    tooSlow: ['**/postgres/{tampering,postgres-ledger,sealing}.test.ts'],
  },
  {
    name: 'ledger-postgres',
    mutate: sources('packages/ledger/src/postgres'),
    tests: ['packages/ledger/src/postgres/*.test.ts'],
    // Mostly about triggers, which are SQL and not mutated; verify-ledger.test.ts shows over exports what it shows over the tables.
    tooSlow: ['**/postgres/tampering.test.ts'],
  },
  {
    name: 'builder',
    mutate: [...sources('packages/sdk-evidence/src/build'), 'packages/sdk-evidence/src/release-subject.ts'],
    tests: ['packages/sdk-evidence/src/build/**/*.test.ts'],
  },
  {
    name: 'redaction',
    // The patterns themselves are made while the module loads; planted-secrets.ts judges each of them.
    mutate: sources('packages/sdk-evidence/src/redact'),
    tests: ['packages/sdk-evidence/src/redact/**/*.test.ts'],
  },
  {
    name: 'idempotency',
    mutate: [
      'packages/sdk-evidence/src/server/{receive,signed-submission,bundle-mismatch,idempotency-conflict,digest-set}.ts',
      'packages/sdk-evidence/src/server/{memory-store,evidence-record,ledger-entry}.ts',
    ],
    tests: ['packages/sdk-evidence/src/server/**/*.test.ts'],
    tooSlow: ['**/postgres-{faults,store}.test.ts'],
  },
  {
    name: 'idempotency-postgres',
    mutate: ['packages/sdk-evidence/src/server/postgres-store.ts'],
    tests: ['packages/sdk-evidence/src/server/postgres-store.test.ts'],
  },
  {
    // Which record counts for each item, and what of it the policy sees.
    name: 'counting',
    mutate: ['packages/sdk-evidence/src/server/{standing,release-evidence}.ts', 'packages/gate/src/{item-facts,scan-fact}.ts'],
    tests: ['packages/sdk-evidence/src/server/{standing,release-evidence}.test.ts', 'packages/gate/src/*fact*.test.ts'],
  },
  {
    name: 'verdict',
    mutate: [
      'packages/gate/src/{facts,fingerprint,judge,exit-code,decision-statement}.ts',
      'packages/gate/src/server/{gate,gather-facts,new-decision,standing,fault-reason,measured,current-epoch}.ts',
      'packages/gate/src/client/{ask-gate,read-answer,verify-decision,remembered-pass,hold,client-answer,retry}.ts',
    ],
    tests: ['packages/gate/src/**/*.test.ts'],
    tooSlow: ['**/poll-storm.test.ts', '**/mutated-evidence.test.ts', '**/server/gate-store.test.ts'],
  },
  {
    name: 'adapter',
    mutate: sources('packages/gate/src/adapter'),
    tests: ['packages/gate/src/adapter/**/*.test.ts'],
    tooSlow: ['**/adapter/{outage,clocks}.test.ts'],
  },
  {
    name: 'exceptions',
    mutate: [
      'packages/governance/src/{approval-rules,exception-fact,exception-record,exception-request,exception-statement,turnable-codes,verify-exception,words}.ts',
      'packages/governance/src/server/{acts,exception-writer,governance,ledger-entry,memory-governance-store,new-exception}.ts',
    ],
    tests: ['packages/governance/src/**/*.test.ts'],
    tooSlow: ['**/server/governance-store.test.ts'],
  },
  {
    name: 'notifications',
    mutate: [
      'packages/notify/src/{courier,dispatch,notification,post-json}.ts',
      'packages/notify/src/{slack,pagerduty,webhook}/*.ts',
      'packages/notify/src/outbox/memory-outbox.ts',
    ],
    tests: ['packages/notify/src/**/*.test.ts'],
    tooSlow: ['**/outbox/outbox.test.ts'],
  },
];
