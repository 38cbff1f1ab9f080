import ts from 'typescript';

/** Names that a module exports. */
export function exportedNames(text: string): string[] {
  return parse(text).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      return exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : [];
    }
    const isExported =
      ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => bindingNames(name));
    return 'name' in statement && statement.name !== undefined ? [(statement.name as ts.Identifier).text] : [];
  });
}

/**
 * The snippet as a module: what it uses and does not declare comes from its fixture, so that the text itself stays as the README has it.
 * The first line holds all that is added; the lines of the snippet follow.
 */
export function moduleOf(snippet: string, fixtureNames: readonly string[]): string {
  const source = parse(snippet);
  const declared = new Set(source.statements.flatMap(declaredNames));
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    node.forEachChild(visit);
  };
  visit(source);
  const wanted = fixtureNames.filter((name) => used.has(name) && !declared.has(name));
  const line = wanted.length === 0 ? 'export {};' : `import { ${wanted.join(', ')} } from './fixture.ts';`;
  return `${line}\n${snippet}`;
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => bindingNames(name));
  if (ts.isImportDeclaration(statement)) {
    const { importClause } = statement;
    const bindings = importClause?.namedBindings;
    const named =
      bindings === undefined ? [] : ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [bindings.name.text];
    return importClause?.name === undefined ? named : [importClause.name.text, ...named];
  }
  return 'name' in statement && statement.name !== undefined ? [(statement.name as ts.Identifier).text] : [];
}

function bindingNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : bindingNames(element.name)));
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('snippet.ts', text, ts.ScriptTarget.ES2023, true);
}
