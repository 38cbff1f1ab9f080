import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as client from './client.ts';
import * as root from './index.ts';
import * as postgres from './postgres.ts';
import * as server from './server.ts';
import * as testing from './testing.ts';

describe('the public names', () => {
  it.each([
    [
      '.',
      root,
      [
        'GateError',
        'changesSince',
        'checkFacts',
        'countingEvidence',
        'decisionStatement',
        'exitCodeOf',
        'exitCodes',
        'explainDecision',
        'fingerprint',
        'judge',
        'maxFactsBytes',
        'openRecord',
        'replay',
        'rolloutEntrypoint',
        'rolloutFacts',
        'statementSubjects',
        'verdictOf',
      ],
    ],
    ['./client', client, ['GateError', 'askGate', 'exitCodeOf', 'exitCodes', 'fileState', 'memoryState']],
    [
      './server',
      server,
      [
        'activatePolicy',
        'askRollout',
        'createGate',
        'decisionRecords',
        'decisionStream',
        'gateMetrics',
        'gateModule',
        'loadedPolicy',
        'memoryGateStore',
      ],
    ],
    ['./postgres', postgres, ['gateMigrations', 'postgresGateStore']],
    ['./testing', testing, ['gateStoreConformance']],
  ])('of %s are these', (_subpath, module, names) => {
    expect(Object.keys(module).sort()).toEqual([...names].sort());
  });
});

/** Every module that importing a file loads, workspace sources followed. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8').replaceAll(/^(import|export) type [^;]*;/gm, '');
  for (const [, name = ''] of source.matchAll(/(?:from|import) '([^']+)'/g)) {
    if (name.startsWith('.')) loadedBy(join(dirname(file), name), seen);
    else if (name.startsWith('@promotable/')) loadedBy(sourceOf(name), seen);
    else seen.add(name);
  }
  return seen;
}

function sourceOf(name: string): string {
  const [scope, packageName, subpath] = name.split('/');
  const manifest = join(import.meta.dirname, '..', 'node_modules', `${scope}`, `${packageName}`, 'package.json');
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports: Record<string, { '@promotable/source': string }> };
  return join(dirname(manifest), exports[subpath === undefined ? '.' : `./${subpath}`]?.['@promotable/source'] ?? '');
}

describe('the client', () => {
  it('loads neither a database client, nor a server, nor WebAssembly', () => {
    const foreign = [...loadedBy(join(import.meta.dirname, 'client.ts'))].filter(
      (name) => !name.startsWith('/') && !name.startsWith('node:'),
    );
    expect(foreign.sort()).toEqual(['zod']);
  });
});
