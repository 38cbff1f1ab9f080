import { join } from 'node:path';
import { Application, type ProjectReflection } from 'typedoc';
import { codeEntries, publishedPackages } from './published-package.ts';
import { sourceProgram } from './public-names.ts';

/** The reference of all packages as TypeDoc sees it, and what it has to complain about. */
export interface ApiReference {
  readonly warnings: readonly string[];
  /** Writes HTML. */
  write(directory: string): Promise<void>;
}

/**
 * Reads the sources behind every entry of every package in one program. Each exported symbol must have a docstring, every type that a public
 * signature mentions must be public too, and every link must lead somewhere.
 */
export async function apiReference(root: string): Promise<ApiReference> {
  const published = publishedPackages(root);
  const warnings: string[] = [];
  const application = await Application.bootstrap({
    name: 'Promotable',
    readme: join(root, 'README.md'),
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
  application.logger = Object.assign(application.logger, { log: (message: string, level: number) => level >= 2 && warnings.push(message) });
  const files = published.flatMap((one) =>
    codeEntries(one).map(({ specifier, source }) => ({ displayName: specifier, file: join(root, one.directory, source) })),
  );
  const program = sourceProgram(
    root,
    files.map(({ file }) => file),
  );
  const project: ProjectReflection = application.converter.convert(
    files.map(({ displayName, file }) => {
      const sourceFile = program.getSourceFile(file);
      if (sourceFile === undefined) throw new Error(`${file} is missing`);
      return { displayName, program, sourceFile };
    }),
  );
  application.validate(project);
  return { warnings, write: (directory) => application.generateDocs(project, directory) };
}
