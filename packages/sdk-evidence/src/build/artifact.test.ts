import { describe, expect, it } from 'vitest';
import { FaultList } from '../fault-list.ts';
import { releaseSubject } from '../release-subject.ts';
import { type SubjectInput, subjectsOf } from './artifact.ts';
import { digest } from './sample-build.ts';

const release = { tenant: 'acme', service: 'checkout', releaseId: 'r1' };

function judged(input: Partial<SubjectInput>) {
  const faults = new FaultList();
  const subject = subjectsOf({ service: 'checkout', releaseId: 'r1', ...input } as SubjectInput, faults);
  return { subject, faults: faults.toArray().map(({ path, code, message }) => `${path} ${code}: ${message}`) };
}

describe('subjects of a statement', () => {
  it('are the artifacts by their digests, in the order of the digests', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((letter) => ({ name: `${letter}.tgz`, sha256: digest(letter) }));
    const named = (letter: string) => ({ name: `${letter}.tgz`, digest: { sha256: digest(letter) } });
    expect(judged({ artifacts: [c, a, b] as never })).toEqual({ subject: ['a', 'b', 'c'].map(named), faults: [] });
  });

  it('are the release itself where there is no artifact, and nothing where that has no name', () => {
    expect(judged({ tenant: 'acme' })).toEqual({ subject: [releaseSubject(release)], faults: [] });
    expect(judged({ tenant: 'acme', artifacts: [] })).toEqual({ subject: [releaseSubject(release)], faults: [] });
    for (const nameless of [{ service: 'no spaces' }, { releaseId: '' }])
      expect(judged({ tenant: 'acme', ...nameless })).toEqual({ subject: [], faults: [] });
  });

  const required = '/artifacts required: at least one artifact must be named by its digest, or the tenant where there is none';
  it.each([
    ['nothing', {}, [required]],
    ['an empty list', { artifacts: [] }, [required]],
    ['what is no list, though a tenant is named', { tenant: 'acme', artifacts: 'a.tgz' as never }, [required]],
    ['a tenant that is none', { tenant: 'a b' }, ['/tenant invalid_format: is no name of a tenant: "a b"']],
  ])('cannot be %s', (_title, input: Partial<SubjectInput>, faults) => {
    expect(judged(input)).toEqual({ subject: [], faults });
  });

  it('have names of 1 to 512 characters that do not take those of releases, and each digest once', () => {
    const of = (name: unknown, sha256: unknown = digest('a')) => judged({ artifacts: [{ name, sha256 }] as never }).faults;
    const length = ['/artifacts/0/name invalid_length: must have 1 to 512 characters'];
    expect([of(''), of('x'.repeat(513)), of(7)]).toEqual([length, length, length]);
    expect([of('x'), of('x'.repeat(512)), of('a release:x')]).toEqual([[], [], []]);
    expect(of('release:checkout/r1')).toEqual(['/artifacts/0/name reserved: must not begin with release:, which names the release itself']);
    const format = 'invalid_format: must be 64 lowercase hex characters without a prefix, not';
    expect(of('x', `sha256:${digest('a')}`)).toEqual([`/artifacts/0/sha256 ${format} "sha256:${digest('a')}"`]);
    expect(of('x', digest('A'))).toEqual([`/artifacts/0/sha256 ${format} "${digest('A')}"`]);
    expect(judged({ artifacts: ['x', 'y'].map((name) => ({ name, sha256: digest('b') })) }).faults).toEqual([
      '/artifacts/1/sha256 duplicate: is listed twice',
    ]);
  });
});
