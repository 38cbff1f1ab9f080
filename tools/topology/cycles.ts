import { dirname, join, normalize } from 'node:path';
import { importsOf } from './code.ts';
import type { Fault, Member } from './tree.ts';

/** Packages that depend on each other in a circle, by their manifests. */
export function packageCycles(tree: readonly Member[]): Fault[] {
  const names = new Set(tree.map(({ manifest }) => manifest.name));
  const arrows = new Map(
    tree.map(({ manifest }) => {
      const all = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
      return [manifest.name, Object.keys(all).filter((name) => names.has(name))];
    }),
  );
  return cyclesIn(arrows).map((cycle) => ({ rule: 'cycle', where: cycle[0] ?? '', what: cycle.join(' → ') }));
}

/** Files that import each other in a circle, types included: two such files are one concept in two places. */
export function fileCycles(tree: readonly Member[]): Fault[] {
  const arrows = new Map<string, string[]>();
  for (const { files } of tree) {
    for (const [file, text] of files) {
      const targets = importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(file), specifier)));
      arrows.set(file, targets);
    }
  }
  return cyclesIn(arrows).map((cycle) => ({ rule: 'cycle', where: cycle[0] ?? '', what: cycle.join(' → ') }));
}

/** Each circle once, starting at its first member in the order of names. */
function cyclesIn(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const found = new Map<string, string[]>();
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) {
      const circle = path.slice(start);
      const first = circle.indexOf([...circle].sort()[0] ?? '');
      const turned = [...circle.slice(first), ...circle.slice(0, first)];
      found.set(turned.join(' '), [...turned, turned[0] ?? '']);
      return;
    }
    if (done.has(node)) return;
    for (const next of arrows.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of arrows.keys()) visit(node, []);
  return [...found.values()];
}
