import { Command } from '../marks/command.tsx';
import { Digest } from '../marks/digest.tsx';
import type { ToldStory } from './told.ts';

/** What the release is: the digests that its build evidence fixed. */
export function Artifacts({ story: { service, releaseId, digests, rebuilds, untrusted } }: { story: ToldStory }) {
  return (
    <section aria-labelledby="artifacts">
      <h2 id="artifacts">Artifacts</h2>
      {digests.length === 0 ? (
        <p class="quiet">No build evidence has fixed them yet.</p>
      ) : (
        <ul class="plain">
          {digests.map((digest) => (
            <li key={digest}>
              <Digest value={digest} what="the artifact's digest" />
            </li>
          ))}
        </ul>
      )}
      {rebuilds > 0 && <p class="notice">Rebuilt {rebuilds === 1 ? 'once' : `${rebuilds} times`}: passes from before do not count.</p>}
      {untrusted > 0 && (
        <p class="notice">
          {untrusted} {untrusted === 1 ? 'statement was' : 'statements were'} refused, for the signer is not trusted.
        </p>
      )}
      <h3>Check for yourself</h3>
      <ul class="plain">
        <li>
          <Command line={`mc evidence status --service ${service} --release ${releaseId}`} />
        </li>
        <li>
          <Command line="mc ledger verify --stream evidence" />
        </li>
      </ul>
    </section>
  );
}
