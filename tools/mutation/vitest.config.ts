// The root configuration, narrowed to the tests that judge one target.
import root from '../../vitest.config.ts';

// JSON, for a glob may hold a comma: `{a,b}.test.ts`.
const globs = (variable: string): string[] => JSON.parse(process.env[variable] ?? '[]') as string[];
const include = globs('PROMOTABLE_MUTATION_TESTS');
const exclude = [...root.test.exclude, ...globs('PROMOTABLE_MUTATION_TOO_SLOW')];

export default { ...root, root: process.cwd(), test: { ...root.test, include, exclude } };
