/** The part of a mutation report (mutation-testing-report-schema 2) that is read. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

export interface Score {
  /** Faults found (killed or timed out) per hundred that could be found; 0 when there were none to find. */
  readonly percent: number;
  readonly found: number;
  readonly missed: number;
  /** `file:line:column mutator → replacement` of each fault that no test found. */
  readonly survivors: readonly string[];
}

const found = ['Killed', 'Timeout'];
const missed = ['Survived', 'NoCoverage'];

/** Mutation score as Stryker defines it: detected ÷ valid mutants; those that do not compile or were ignored are not valid. */
export function scoreOf({ files }: MutationReport): Score {
  const mutants = Object.entries(files).flatMap(([file, { mutants: list }]) => list.map((mutant) => ({ file, mutant })));
  const survivors = mutants.filter(({ mutant }) => missed.includes(mutant.status));
  const detected = mutants.filter(({ mutant }) => found.includes(mutant.status)).length;
  const valid = detected + survivors.length;
  return {
    percent: valid === 0 ? 0 : (100 * detected) / valid,
    found: detected,
    missed: survivors.length,
    survivors: survivors.map(({ file, mutant }) => describe(file, mutant)),
  };
}

function describe(file: string, { mutatorName, replacement = '', location: { start } }: Mutant): string {
  return `${file}:${start.line}:${start.column} ${mutatorName} → ${replacement.replaceAll(/\s+/g, ' ').slice(0, 100)}`;
}
