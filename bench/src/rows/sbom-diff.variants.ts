import { createHash } from 'node:crypto';
import { diffSboms } from '@promotable/sdk-evidence';
import type { Operation } from '../harness/operation.ts';

interface DiffOptions {
  readonly components: number;
}

/** What npm's tools write about a component, 0.7 kB of it. */
function component(index: number, build: string): object {
  const name = `component-${index}`;
  const version = `1.${index % 97}.${index % 7}`;
  const purl = `pkg:npm/%40scope/${name}@${version}`;
  const hash = createHash('sha512').update(`${index}${index % 1000 === 0 ? build : ''}`);
  return {
    type: 'library',
    'bom-ref': purl,
    group: '@scope',
    name,
    version,
    description: 'A component that does something useful for somebody, in some way or another, as its description says',
    hashes: [{ alg: 'SHA-512', content: hash.digest('hex') }],
    licenses: [{ license: { id: 'MIT' } }],
    purl,
    externalReferences: [{ type: 'distribution', url: `https://example.com/@scope/${name}/-/${name}-${version}.tgz` }],
    properties: [{ name: 'cdx:npm:package:path', value: `node_modules/@scope/${name}` }],
  };
}

function bomOf({ components }: DiffOptions, build: string): Buffer {
  const listed = Array.from({ length: components }, (_, index) => component(index, build));
  return Buffer.from(
    JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${build}`, version: 1, components: listed }),
  );
}

function repeated<Answer extends string | number>(once: () => Answer): Operation {
  return {
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += String(once()).length;
      return sum;
    },
    answer: once,
  };
}

export function diff(options: DiffOptions): Operation {
  const [before, after] = ['a', 'b'].map((build) => ({ name: build, bytes: bomOf(options, build) })) as [Report, Report];
  return repeated(() => {
    const found = diffSboms(before, after);
    return found.result === 'changed' ? `changed ${found.changed.length + found.added.length + found.removed.length}` : found.result;
  });
}

interface Report {
  readonly name: string;
  readonly bytes: Buffer;
}

export function parse(options: DiffOptions): Operation {
  const documents = ['a', 'b'].map((build) => bomOf(options, build));
  return repeated(() =>
    documents.reduce((sum, bytes) => sum + (JSON.parse(bytes.toString('utf8')) as { components: unknown[] }).components.length, 0),
  );
}
