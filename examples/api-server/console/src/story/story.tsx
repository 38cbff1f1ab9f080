import { Artifacts } from './artifacts.tsx';
import { BuildEvidence } from './build-evidence.tsx';
import { Decisions } from './decisions.tsx';
import { Outcome } from './outcome.tsx';
import { StageWindows } from './stage-windows.tsx';
import type { ToldStory } from './told.ts';

/** Everything about a release on one page: how it stands, why, what was measured, what it is made of. */
export function Story({ story }: { story: ToldStory }) {
  return (
    <>
      <Outcome decisions={story.decisions} />
      <div class="columns">
        <div>
          <StageWindows story={story} />
          <Decisions decisions={story.decisions} />
        </div>
        <div>
          <BuildEvidence story={story} />
          <Artifacts story={story} />
        </div>
      </div>
    </>
  );
}
