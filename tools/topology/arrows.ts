import { dirname, join, normalize } from 'node:path';
import { importsOf } from './code.ts';
import { compositionRoots, mayImport, rings, tools } from './rings.ts';
import { type Fault, isDevelopment, type Member } from './tree.ts';

const scope = '@promotable/';

/** A member that nobody placed in a ring could import anything. */
export function unplacedMembers(tree: readonly Member[]): Fault[] {
  return tree
    .filter(({ manifest }) => rings[manifest.name] === undefined && !tools.includes(manifest.name))
    .map(({ directory, manifest }) => ({
      rule: 'ring',
      where: directory,
      what: `${manifest.name} has no ring in tools/topology/rings.ts`,
    }));
}

/** Declared dependencies between members follow the rings. */
export function forbiddenDependencies(tree: readonly Member[]): Fault[] {
  return tree.flatMap(({ directory, manifest }) => {
    const shipped = internal({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
      (to) => !isAllowed(manifest.name, to, false),
    );
    const inDevelopment = internal(manifest.devDependencies).filter((to) => !isAllowed(manifest.name, to, true));
    return [...shipped, ...inDevelopment].map((to) => ({
      rule: 'arrow',
      where: `${directory}/package.json`,
      what: `${manifest.name} must not depend on ${to}`,
    }));
  });
}

/** What the sources import follows the rings too, is declared, and goes through `exports`. */
export function forbiddenImports(tree: readonly Member[]): Fault[] {
  const exportsOf = new Map(tree.map(({ manifest }) => [manifest.name, Object.keys(manifest.exports ?? {})]));
  return eachImport(tree, ({ manifest }, file, specifier) => {
    if (!specifier.startsWith(scope)) return [];
    const [, name = '', ...rest] = specifier.split('/');
    const to = scope + name;
    if (to === manifest.name) return [{ rule: 'arrow', where: file, what: `imports its own package by name: ${specifier}` }];
    const faults: Fault[] = [];
    if (!isAllowed(manifest.name, to, isDevelopment(file)))
      faults.push({ rule: 'arrow', where: file, what: `${manifest.name} must not import ${to}` });
    const declared = isDevelopment(file)
      ? { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies }
      : { ...manifest.dependencies, ...manifest.peerDependencies };
    if (!Object.hasOwn(declared, to)) faults.push({ rule: 'undeclared', where: file, what: `${to} is not declared in package.json` });
    const subpath = rest.length === 0 ? '.' : `./${rest.join('/')}`;
    if (!matches(exportsOf.get(to) ?? [], subpath))
      faults.push({ rule: 'deep import', where: file, what: `${specifier} is not among the exports of ${to}` });
    return faults;
  });
}

/** A relative import stays inside its package; private tools may share a file. */
export function escapingImports(tree: readonly Member[]): Fault[] {
  return eachImport(tree, ({ directory, manifest }, file, specifier) => {
    if (!specifier.startsWith('.') || tools.includes(manifest.name) || file.endsWith('.config.ts')) return [];
    const target = normalize(join(dirname(file), specifier));
    return target.startsWith(`${directory}/`) ? [] : [{ rule: 'deep import', where: file, what: `${specifier} leaves the package` }];
  });
}

/** `contracts` does no I/O: no module of Node's. */
export function nodeInContracts(tree: readonly Member[]): Fault[] {
  const contracts = tree.filter(({ manifest }) => rings[manifest.name] === 1);
  return eachImport(contracts, (_member, file, specifier) =>
    specifier.startsWith('node:') && !isDevelopment(file) && file.includes('/src/')
      ? [{ rule: 'contracts', where: file, what: `imports ${specifier}` }]
      : [],
  );
}

function isAllowed(from: string, to: string, inDevelopment: boolean): boolean {
  if (to === '@promotable/services' && (inDevelopment || compositionRoots.includes(from))) return true;
  return mayImport(from, to);
}

function internal(dependencies: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(dependencies).filter((name) => name.startsWith(scope));
}

function matches(patterns: readonly string[], subpath: string): boolean {
  return patterns.some((pattern) => {
    const [before = '', after] = pattern.split('*');
    return after === undefined ? pattern === subpath : subpath.startsWith(before) && subpath.endsWith(after);
  });
}

function eachImport(tree: readonly Member[], judge: (member: Member, file: string, specifier: string) => Fault[]): Fault[] {
  return tree.flatMap((member) =>
    [...member.files].flatMap(([file, text]) => importsOf(text).flatMap((specifier) => judge(member, file, specifier))),
  );
}
