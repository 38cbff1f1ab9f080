import { expect, it } from 'vitest';
import { parseImageReference } from './image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

it.each([
  [`ghcr.io/acme/checkout@${digest}`, 'ghcr.io', 'acme/checkout'],
  [`localhost/checkout@${digest}`, 'localhost', 'checkout'],
  [`127.0.0.1:5000/a/b__c/d-e.f:1.0.0@${digest}`, '127.0.0.1:5000', 'a/b__c/d-e.f'],
  [`[::1]:5000/checkout@${digest}`, '[::1]:5000', 'checkout'],
])('reads %s', (text, registry, repository) => {
  expect(parseImageReference(text)).toEqual({ registry, repository, digest });
});

it.each([
  '',
  'checkout',
  `checkout@${digest}`,
  `acme/checkout@${digest}`,
  'ghcr.io/acme/checkout:1.0.0',
  `ghcr.io/acme/checkout@sha256:${'A'.repeat(64)}`,
  `ghcr.io/acme/checkout@md5:${'a'.repeat(32)}`,
  `ghcr.io/Acme/checkout@${digest}`,
  `ghcr.io/acme/../checkout@${digest}`,
  `https://ghcr.io/acme/checkout@${digest}`,
  `user@ghcr.io/acme/checkout@${digest}`,
  `ghcr.io/@${digest}`,
])('refuses "%s"', (text) => {
  expect(() => parseImageReference(text)).toThrow(
    expect.objectContaining({ code: 'EVIDENCE_INVALID', faults: [expect.objectContaining({ path: '/image' })] }),
  );
});
