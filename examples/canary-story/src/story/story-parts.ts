import type { Clock } from '@promotable/contracts';
import type { MissionControl } from '../mission-control.ts';
import type { World } from '../world/world.ts';
import type { Ask } from './ask.ts';
import type { Builds } from './builds.ts';
import type { Cast } from './cast.ts';
import type { Narrator } from './narrator.ts';
import type { Publishing } from './publishing.ts';
import type { StorySettings } from './settings.ts';

/** What an act of the story works with. */
export interface StoryParts {
  readonly narrator: Narrator;
  readonly cast: Cast;
  readonly builds: Builds;
  readonly world: World;
  readonly missionControl: MissionControl;
  readonly ask: Ask;
  readonly publishing: Publishing;
  readonly settings: StorySettings;
  readonly clock: Clock;
  /** Ends the story. */
  readonly signal: AbortSignal;
}
