import { runs } from '../cache/run-program.ts';
import { ServicesError } from '../services-error.ts';

/** A Python with pip: `python3` or `python` on PATH, null when neither has it. */
export async function findPython(): Promise<string | null> {
  for (const program of ['python3', 'python']) if (await runs(program, ['-m', 'pip', '--version'])) return program;
  return null;
}

/** Like {@link findPython}; throws `PART_UNAVAILABLE` with a line that says for what it is needed. */
export async function python(purpose: string): Promise<string> {
  const found = await findPython();
  if (found !== null) return found;
  throw new ServicesError('PART_UNAVAILABLE', `${purpose} needs Python 3 with pip on PATH: install python3 and python3-pip.`);
}
