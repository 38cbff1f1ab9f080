import type { z } from 'zod';
import type { Fault } from './coded-error.ts';

type Issue = z.core.$ZodIssue;

/** Turns every issue of a failed zod parse into a {@link Fault} with an RFC 6901 path; of a union, the branch that came nearest speaks. */
export function faultsOf(error: z.core.$ZodError): Fault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, []));
}

function faultsOfIssue(issue: Issue, prefix: readonly PropertyKey[]): Fault[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.filter((branch) => branch.length > 0).sort((a, b) => a.length - b.length || depth(b) - depth(a))[0];
    if (nearest !== undefined) return nearest.flatMap((inner) => faultsOfIssue(inner, path));
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pointer([...path, key]), code: 'unrecognized_key', message: 'is not a known field' }));
  return [{ path: pointer(path), code: issue.code ?? 'invalid', message: issue.message }];
}

function depth(branch: readonly Issue[]): number {
  return Math.max(...branch.map((issue) => issue.path.length));
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
