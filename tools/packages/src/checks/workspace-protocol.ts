import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import type { Manifest } from '../published-package.ts';

/** The manifest that npm unpacked holds nothing that only this workspace understands. */
export function workspaceLeftovers(project: string, { manifest: { name } }: PackedPackage): Fault[] {
  const text = readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8');
  const manifest = JSON.parse(text) as Manifest;
  const fault = (path: string, message: string): Fault => ({ subject: name, path: `package.json ${path}`, message });
  return [
    ...['workspace:', 'catalog:', '@promotable/source']
      .filter((word) => text.includes(word))
      .map((word) => fault('', `still holds ${word}`)),
    ...['scripts', 'devDependencies'].filter((field) => field in manifest).map((field) => fault(field, 'is of no use to who installs it')),
  ];
}
