import { stripVTControlCharacters } from 'node:util';
import { join } from 'node:path';
import { Application, LogLevel } from 'typedoc';
import { sourceProgram } from './public-names.ts';
import { codeEntries, publishedPackages } from './published-package.ts';

/** The reference of all packages, and what TypeDoc has to complain about. */
export interface ApiReference {
  readonly warnings: readonly string[];
  /** Writes HTML. */
  write(directory: string): Promise<void>;
}

/**
 * Reads the sources behind every entry of every package, in one program. Each exported symbol must have a docstring, and every link must
 * lead somewhere. Members of interfaces may speak for themselves; what is generated is described in the SDL that it is made from.
 */
export async function apiReference(root: string): Promise<ApiReference> {
  const published = publishedPackages(root);
  const application = await Application.bootstrap({
    name: 'Promotable',
    readme: 'none',
    basePath: root,
    disableGit: true,
    sourceLinkTemplate: 'https://github.com/promotable/promotable/blob/main/{path}#L{line}',
    packagesRequiringDocumentation: published.map(({ manifest }) => manifest.name),
    requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'TypeAlias'],
    validation: {
      notExported: true,
      invalidLink: true,
      invalidPath: true,
      notDocumented: true,
      rewrittenLink: true,
      unusedMergeModuleWith: true,
    },
  });
  const warnings = new Set<string>();
  application.logger.log = (message, level) => {
    const text = stripVTControlCharacters(message).replace('[warning]', '').trim();
    if (level >= LogLevel.Warn && !isMember(text)) warnings.add(text);
  };
  const entries = published.flatMap((one) =>
    codeEntries(one).map(({ specifier, source }) => ({ displayName: specifier, file: join(root, one.directory, source) })),
  );
  const program = sourceProgram(
    root,
    entries.map(({ file }) => file),
  );
  const project = application.converter.convert(
    entries.map(({ displayName, file }) => {
      const sourceFile = program.getSourceFile(file);
      if (sourceFile === undefined) throw new Error(`${file} is missing`);
      return { displayName, program, sourceFile };
    }),
  );
  for (const { manifest } of published) {
    // TypeDoc asks of the project's own package alone that what its signatures mention is exported.
    project.packageName = manifest.name;
    application.validate(project);
  }
  delete project.packageName;
  return { warnings: [...warnings], write: (directory) => application.generateDocs(project, directory) };
}

/** Whether something is missing of a member, or of a generated type. */
function isMember(warning: string): boolean {
  const [, name = ''] = /^(\S+) \(\w+\), defined in \S+, does not have any documentation/.exec(warning) ?? [];
  return warning.includes('/src/generated/') || /^@promotable\/[\w/-]+\.\w+\./.test(name);
}
