import { describe, expect, it } from 'vitest';
import { manifestFindings } from './manifest-checks.ts';

const pinned = `registry.example/checkout@sha256:${'a'.repeat(64)}`;

function rollout({ label = '1.4.2', onPods = label, image = pinned }: { label?: unknown; onPods?: unknown; image?: string } = {}) {
  return {
    kind: 'Rollout',
    metadata: { name: 'checkout', labels: label === null ? {} : { 'release-id': label } },
    spec: {
      template: {
        metadata: { labels: onPods === null ? {} : { 'release-id': onPods } },
        spec: { containers: [{ name: 'app', image }] },
      },
    },
  };
}

function template(changes: object = {}) {
  const metric = {
    ...{ name: 'gate', count: 960, consecutiveSuccessLimit: 1, failureLimit: 0, inconclusiveLimit: 1000, consecutiveErrorLimit: 1000 },
    ...{ successCondition: 'result.verdict == "pass"', failureCondition: 'result.verdict == "fail"' },
    provider: { web: { url: 'http://promotable-gate.promotable.svc/v1/gate/rollout' } },
    ...changes,
  };
  return { kind: 'AnalysisTemplate', metadata: { name: 'gate' }, spec: { metrics: [metric] } };
}

const judged = (document: unknown) =>
  manifestFindings('m.yaml', [document]).map(({ name, status, message }) => `${name} ${status} ${message}`);

describe('a Rollout', () => {
  it('with the label on itself and its pods, and pinned images, is as the gate needs it', () => {
    expect(judged(rollout())).toEqual([
      'label ok m.yaml: Rollout checkout: release-id "1.4.2"',
      'image ok m.yaml: Rollout checkout: 1 images, pinned',
    ]);
  });

  it.each([
    ['no label on itself', { label: null, onPods: '1' }, /^label failed .* missing on the Rollout/],
    ['no label on its pods', { label: '1', onPods: null }, /^label failed .* missing on the pod template/],
    ['two labels', { label: '1', onPods: '2' }, /^label failed .* is "1", and "2" on the pods/],
    ['a number for a label', { label: 7, onPods: 7 }, /^label failed .* is not one: 7/],
    ['the label of the patch as it was written', { label: 'unset' }, /^label warning .* still "unset"/],
    ['an image by tag', { image: 'checkout:1.4.2' }, /^image failed .* app runs checkout:1\.4\.2, which is not pinned/],
  ])('with %s is named', (_title, changes, expected) => {
    expect(judged(rollout(changes)).some((line) => expected.test(line))).toBe(true);
  });
});

describe('an AnalysisTemplate', () => {
  it('with both conditions and all limits is as the gate needs it', () => {
    expect(judged(template())).toEqual(['analysis ok m.yaml: AnalysisTemplate gate: gate: holds are held, and only a pass goes on']);
  });

  it.each([
    ['no failureCondition', { failureCondition: '' }, 'failureCondition'],
    ['no successCondition', { successCondition: '' }, 'successCondition'],
    ['no consecutiveSuccessLimit', { consecutiveSuccessLimit: undefined }, 'consecutiveSuccessLimit'],
    ['a failure that is allowed', { failureLimit: 1 }, 'failureLimit'],
    ['an inconclusive limit below the count', { inconclusiveLimit: 3 }, 'inconclusiveLimit'],
    ['Argo’s own error limit', { consecutiveErrorLimit: undefined }, 'consecutiveErrorLimit'],
  ])('with %s is a way past the gate', (_title, changes, named) => {
    expect(judged(template(changes))).toEqual([expect.stringMatching(new RegExp(`^analysis failed .*${named}`))]);
  });

  it('that asks something else is not judged', () => {
    expect(judged(template({ provider: { web: { url: 'http://elsewhere/metric' } } }))).toEqual([]);
  });
});

it('other documents, and what is none, are passed over', () => {
  expect(manifestFindings('m.yaml', [null, 'text', { kind: 'Service', metadata: { name: 's' } }, {}])).toEqual([]);
});
