import { expect, test } from 'vitest';
import { type Definitions, schemasOfCustomResource, schemasOfKinds } from './json-schemas.ts';

const definitions: Definitions = {
  'io.k8s.api.apps.v1.Thing': {
    type: 'object',
    description: 'dropped',
    required: ['size'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      size: { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' },
      port: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
    },
    'x-kubernetes-group-version-kind': [{ group: 'apps.k8s.io', version: 'v1', kind: 'Thing' }],
  },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
  'io.k8s.api.core.v1.Unrelated': { type: 'object' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions': {
    type: 'object',
    'x-kubernetes-group-version-kind': [
      { group: '', version: 'v1', kind: 'DeleteOptions' },
      { group: 'apps', version: 'v1', kind: 'DeleteOptions' },
    ],
  },
};

test('each kind gets one schema that needs no other file, closed, with what the API server takes besides the specification', () => {
  const files = schemasOfKinds(definitions);
  expect([...files.keys()]).toEqual(['thing-apps-v1.json']);
  const thing = files.get('thing-apps-v1.json');
  expect(thing).toMatchObject({
    additionalProperties: false,
    required: ['size', 'apiVersion', 'kind'],
    properties: {
      apiVersion: { enum: ['apps.k8s.io/v1'] },
      kind: { enum: ['Thing'] },
      labels: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
    },
  });
  expect(thing?.['definitions']).toMatchObject({
    'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  });
  expect(JSON.stringify(thing)).not.toMatch(/Unrelated|dropped|x-kubernetes/);
});

test('a custom resource is closed too, but where its definition keeps unknown fields', () => {
  const openAPIV3Schema = {
    type: 'object',
    required: ['spec'],
    properties: {
      metadata: { type: 'object' },
      spec: {
        type: 'object',
        properties: {
          weight: { type: 'integer', format: 'int32' },
          limit: { 'x-kubernetes-int-or-string': true },
          open: { type: 'object', properties: { known: { type: 'string' } }, 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    },
  };
  const versions = [{ name: 'v1alpha1', schema: { openAPIV3Schema } }];
  const files = schemasOfCustomResource({ spec: { group: 'argoproj.io', names: { kind: 'Rollout' }, versions } });
  expect(files.get('rollout-argoproj-v1alpha1.json')).toMatchObject({
    additionalProperties: false,
    required: ['spec', 'apiVersion', 'kind'],
    properties: {
      apiVersion: { enum: ['argoproj.io/v1alpha1'] },
      metadata: { type: ['object', 'null'] },
      spec: {
        additionalProperties: false,
        properties: {
          weight: { type: ['integer', 'null'] },
          limit: { type: ['string', 'integer', 'null'] },
          open: { additionalProperties: true },
        },
      },
    },
  });
});
