import { expect, it } from 'vitest';
import type { Measured } from '@promotable/contracts';
import { figure, measuredLine, painter, reasonLine, shellWord, showsColours } from './lines.ts';

const measured: Measured = {
  evidenceId: 'a'.repeat(64),
  window: { from: '2026-11-21T12:00:01.000Z', until: '2026-11-21T12:00:09.000Z' },
  samples: 192,
  p95Ms: 31.2184,
  p99Ms: 40,
  errorRate: 0.00521,
  stable: { samples: 768, p95Ms: 30, errorRate: 0 },
  budget: { p95Ms: 350, p99Ms: null, errorRate: 0.02 },
  cost: { graphqlPerMillionUsd: 0.0134, ingestPerThousandUsd: null, estimated: true },
};

it('shows each measured value beside its budget, with samples and window, and calls an estimate one', () => {
  expect(measuredLine(measured)).toBe(
    'p95 31.22 ms (budget 350 ms) · errors 0.521 % (budget 2 %) · 192 requests in 8 s · stable p95 30 ms, errors 0 %, 768 requests · estimated unit cost $0.0134 a million requests',
  );
});

it('never shows what was not measured as a zero', () => {
  const bare = { ...measured, samples: null, stable: null, cost: null, budget: { p95Ms: null, p99Ms: null, errorRate: null } };
  expect(measuredLine(bare)).toBe('p95 31.22 ms (budget none) · errors 0.521 % (budget none) · unknown requests in 8 s');
});

it('marks a breach apart from what is only missing', () => {
  expect(reasonLine({ code: 'P95_OVER_BUDGET', class: 'waivable_breach', message: 'too slow' })).toBe('✗ P95_OVER_BUDGET: too slow');
  expect(reasonLine({ code: 'PENDING', class: 'missing_proof', message: 'wait' })).toBe('? PENDING: wait');
});

it('rounds for people only', () => {
  expect([0, 8, 0.0001234, 2595.0049, 99.999].map(figure)).toEqual(['0', '8', '0.000123', '2595', '100']);
});

it('colours for a terminal whose user has nothing against it', () => {
  expect(showsColours({ isTTY: true }, {})).toBe(true);
  expect(showsColours({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(showsColours({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  expect(showsColours({}, {})).toBe(false);
  expect(painter(true)('PASS', 'pass')).toBe('\u001b[32mPASS\u001b[0m');
  expect(painter(false)('PASS', 'pass')).toBe('PASS');
});

it('quotes a path for a shell where it must', () => {
  expect(shellWord('/tmp/a-b_1.x')).toBe('/tmp/a-b_1.x');
  expect(shellWord("/Users/Ann's Mac/x")).toBe("'/Users/Ann'\\''s Mac/x'");
});
