// The root configuration, narrowed to the tests that judge one target.
import root from '../../vitest.config.ts';

const globs = (variable: string): string[] => (process.env[variable] ?? '').split(',').filter((glob) => glob !== '');
const include = globs('PROMOTABLE_MUTATION_TESTS');
const exclude = [...root.test.exclude, ...globs('PROMOTABLE_MUTATION_TOO_SLOW')];

export default { ...root, root: process.cwd(), test: { ...root.test, include, exclude } };
