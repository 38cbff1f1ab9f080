import { join } from 'node:path';
import ts from 'typescript';
import { codeEntries, publishedPackages, type PublishedPackage } from './published-package.ts';

/** A name that an entry exports, and what it is to an importer; a schema that names its own type too is both. */
export interface PublicName {
  readonly name: string;
  readonly kind: 'value' | 'type' | 'value and type';
}

/** The public names of each code entry, sorted, keyed by how it is imported. */
export function publicNames(root: string, published: readonly PublishedPackage[]): ReadonlyMap<string, readonly PublicName[]> {
  const entries = published.flatMap((one) =>
    codeEntries(one).map(({ specifier, source }) => ({ specifier, file: join(root, one.directory, source) })),
  );
  const program = sourceProgram(
    root,
    entries.map(({ file }) => file),
  );
  const checker = program.getTypeChecker();
  return new Map(
    entries.map(({ specifier, file }) => {
      const source = program.getSourceFile(file);
      const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
      if (module === undefined) throw new Error(`${file} is no module`);
      const names = checker.getExportsOfModule(module).map((symbol) => ({ name: symbol.name, kind: kindOf(symbol, checker) }));
      return [specifier, names.sort((a, b) => (a.name < b.name ? -1 : 1))];
    }),
  );
}

/** The entries as the compiler of the workspace sees them. */
export function sourceProgram(root: string, files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return ts.createProgram({ rootNames: files, options });
}

function kindOf(symbol: ts.Symbol, checker: ts.TypeChecker): PublicName['kind'] {
  const isTypeOnly = symbol.declarations?.some((declaration) => ts.isTypeOnlyExportDeclaration(declaration)) ?? false;
  const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (isTypeOnly || !(flags & ts.SymbolFlags.Value)) return 'type';
  return flags & ts.SymbolFlags.Type ? 'value and type' : 'value';
}

/** The committed list of each package, keyed by its path below the root: a name that goes, goes there first. */
export function publicNameFiles(root: string): ReadonlyMap<string, string> {
  const published = publishedPackages(root);
  const names = publicNames(root, published);
  return new Map(
    published.map((one) => {
      const sections = codeEntries(one).map(({ specifier }) =>
        [specifier, ...(names.get(specifier) ?? []).map(({ name, kind }) => `  ${name}: ${kind}`)].join('\n'),
      );
      const heading = `Public names of ${one.manifest.name}, written by \`npm run generate\`: a change here is a change for its users.`;
      return [`${one.directory}/api.txt`, `${heading}\n\n${sections.join('\n\n')}\n`];
    }),
  );
}
