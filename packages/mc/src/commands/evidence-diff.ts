import type { ComparedComponent, SbomDiff } from '@promotable/sdk-evidence';
import { type Act, type Invocation, type Register, withExamples } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printable } from '../render/printable.ts';
import { reportAt } from '../report-files.ts';

export const registerDiff = (parent: Parameters<Register>[0], act: Act): void => {
  const command = parent
    .command('diff')
    .argument('<before>', 'the bill of materials of what was scanned: CycloneDX, SPDX or Syft JSON')
    .argument('<after>', 'that of what is to be released')
    .description('what changed between two bills of materials: purl, version, hashes, licences; UNKNOWN where that cannot be said')
    .addHelpText(
      'after',
      '\nExit codes: 0 identical, 1 changed, 3 UNKNOWN (scan everything; also 2 and above for anything that went wrong).\n',
    );
  withExamples(command, [
    'mc evidence diff released.cdx.json bom.json',
    'mc evidence diff released.cdx.json bom.json --json | jq .after.setDigest',
    'mc evidence diff released.cdx.json bom.json || trivy fs --format json -o trivy.json .',
  ]);
  act<object>(command, diff);
};

async function diff({ io, args, json }: Invocation<object>): Promise<ExitCode> {
  const { diffSbomStreams } = await import('@promotable/sdk-evidence');
  const [before, after] = await Promise.all(args.map((path) => reportAt(io, path, 'the bill of materials')));
  const found = await diffSbomStreams(before as NonNullable<typeof before>, after as NonNullable<typeof after>);
  if (json) io.stdout(`${JSON.stringify(found, null, 2)}\n`);
  else io.stdout(printable(render(found)));
  return { identical: exitCodes.pass, changed: exitCodes.fail, UNKNOWN: exitCodes.hold }[found.result];
}

function render(found: SbomDiff): string {
  if (found.result === 'UNKNOWN')
    return `UNKNOWN: scan everything\n${found.faults.map(({ path, message }) => `  ${path}: ${message.replace(/\s+/g, ' ')}\n`).join('')}`;
  const { components, setDigest } = found.after;
  if (found.result === 'identical') return `identical: ${components} components, set sha256:${setDigest}\n`;
  const { added, removed, changed } = found;
  const line = (mark: string) => (component: ComparedComponent) => `  ${mark} ${component.coordinate}\n`;
  const lines = [
    ...added.map(line('+')),
    ...removed.map(line('-')),
    ...changed.map(({ before, after, differs }) =>
      differs.includes('version')
        ? `  ~ ${before.coordinate} -> ${after.coordinate} (${differs.join(', ')})\n`
        : `  ~ ${after.coordinate} (${differs.join(', ')})\n`,
    ),
  ];
  return `changed: ${added.length} added, ${removed.length} removed, ${changed.length} changed of ${components} components\n${lines.join('')}`;
}
