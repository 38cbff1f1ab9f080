// The root configuration, narrowed to the tests that judge one target.
import root from '../../vitest.config.ts';

const tests = (process.env['PROMOTABLE_MUTATION_TESTS'] ?? '').split(',');

export default { ...root, root: process.cwd(), test: { ...root.test, include: tests } };
