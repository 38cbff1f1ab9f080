import { codeOnly } from './code.ts';
import { type Fault, isConfiguration, isDevelopment, type Member } from './tree.ts';

const junkDrawers = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'shared', 'types', 'misc']);
const maximumLines = 300;

/** No file or folder is named after nothing. */
export function junkDrawerNames(tree: readonly Member[]): Fault[] {
  return eachFile(tree, (file) => {
    const names = file.split('/').map((part) => part.replace(/\..*$/, ''));
    return names.filter((name) => junkDrawers.has(name)).map((name) => `is called "${name}": name it by what it does`);
  }).map((fault) => ({ ...fault, rule: 'name' }));
}

/** One concept per file. */
export function longFiles(tree: readonly Member[]): Fault[] {
  return eachFile(tree, (_file, text) => {
    const lines = text.split('\n').length - 1;
    return lines > maximumLines ? [`has ${lines} lines, more than ${maximumLines}`] : [];
  }).map((fault) => ({ ...fault, rule: 'length' }));
}

/** Names are given once, by who exports; tools' configuration files excepted. */
export function defaultExports(tree: readonly Member[]): Fault[] {
  return eachFile(tree, (file, text) =>
    !isConfiguration(file) && /\bexport\s+default\b|\bas\s+default\b/.test(codeOnly(text)) ? ['has a default export'] : [],
  ).map((fault) => ({ ...fault, rule: 'default export' }));
}

/** An index is a table of contents: it names what it exports. */
export function starExports(tree: readonly Member[]): Fault[] {
  return eachFile(tree, (_file, text) => (/\bexport\s*(type\s*)?\*/.test(codeOnly(text)) ? ['exports *'] : [])).map((fault) => ({
    ...fault,
    rule: 'export *',
  }));
}

/** Libraries write nowhere; they take a logger. */
export function consoleInPackages(tree: readonly Member[]): Fault[] {
  const libraries = tree.filter(({ directory }) => /^(packages\/|policies$)/.test(directory));
  return eachFile(libraries, (file, text) =>
    !isDevelopment(file) && file.includes('/src/') && /\bconsole\s*\./.test(codeOnly(text)) ? ['uses console'] : [],
  ).map((fault) => ({
    ...fault,
    rule: 'console',
  }));
}

/** `any` switches the compiler off. */
export function anyTypes(tree: readonly Member[]): Fault[] {
  const use = /(?:[:<,|&(=]|\bas|\bextends|\bsatisfies|=>)\s*any\b(?!\s*[:(.=])/;
  return eachFile(tree, (file, text) => (file.endsWith('.ts') && use.test(codeOnly(text)) ? ['uses any'] : [])).map((fault) => ({
    ...fault,
    rule: 'any',
  }));
}

function eachFile(tree: readonly Member[], judge: (file: string, text: string) => string[]): Omit<Fault, 'rule'>[] {
  return tree.flatMap(({ files }) => [...files].flatMap(([file, text]) => judge(file, text).map((what) => ({ where: file, what }))));
}
