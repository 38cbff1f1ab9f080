import { expect, it } from 'vitest';
import * as telemetry from './index.ts';

it('exports exactly the documented names', () => {
  expect(Object.keys(telemetry).toSorted()).toEqual([
    'TelemetryError',
    'boundedLabels',
    'createObservationLog',
    'nearestRank',
    'sloWindow',
  ]);
});
