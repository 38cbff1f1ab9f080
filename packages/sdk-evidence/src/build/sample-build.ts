// A build as its tests read it: reports of real tools, a clock that counts its readings, and one that must not be read.
import { readFileSync } from 'node:fs';
import { EvidenceError } from '../evidence-error.ts';
import type { BuildEvidenceInput } from './build-input.ts';

export const report = (name: string): { name: string; bytes: Buffer } => ({
  name,
  bytes: readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url)),
});
export const xml = (text: string): { name: string; bytes: Buffer } => ({ name: 'junit.xml', bytes: Buffer.from(text) });
export const digest = (letter: string): string => letter.repeat(64);

/** Counts how often it is asked. */
export function countingClock(at = Date.parse('2026-11-21T12:00:00Z')): { readings: number; now(): number } {
  const clock = {
    readings: 0,
    now() {
      clock.readings++;
      return at;
    },
  };
  return clock;
}

export const noClock = {
  now: (): number => {
    throw new Error('the clock was read');
  },
};

export const sampleBuild = {
  service: 'checkout',
  releaseId: '2026.11.21-1',
  artifacts: [
    { name: 'checkout.tgz', sha256: digest('a') },
    { name: 'checkout-worker.tgz', sha256: digest('b') },
  ],
  sbom: report('npm.cdx.json'),
  junit: [report('node-test.junit.xml'), report('go.junit.xml')],
  run: { provider: 'github', id: '1234567890', attempt: 1 },
} as const satisfies BuildEvidenceInput;

/** What it fails with. */
export function failure(run: () => unknown): EvidenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
