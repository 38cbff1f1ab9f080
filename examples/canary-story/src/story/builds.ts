// Builds the releases of the story, one at a time, ahead of their acts.
import pLimit from 'p-limit';
import { buildRelease, packRelease } from '../world/build-release.ts';
import type { BuiltRelease, PackedRelease } from '../world/release.ts';
import type { Cast } from './cast.ts';

export interface Builds {
  /** Packed alone: what is deployed and never published. */
  packed(name: 'stable' | 'C'): Promise<PackedRelease>;
  /** With its tests run and its components listed. */
  built(name: 'A' | 'B' | 'D'): Promise<BuiltRelease>;
}

export interface BuildsOptions {
  readonly cast: Cast;
  readonly directory: string;
  /** Told when a release is ready. */
  readonly onReady: (release: PackedRelease) => void;
  readonly signal: AbortSignal;
}

/** Whoever asks first starts the build; whoever asks again gets the same. */
export function createBuilds({ cast, directory, onReady, signal }: BuildsOptions): Builds {
  // What is measured meanwhile must not wait for two builders on two cores.
  const oneAtATime = pLimit(1);
  const started = new Map<string, Promise<PackedRelease>>();
  function once<Release extends PackedRelease>(name: string, build: () => Promise<Release>): Promise<Release> {
    const known = started.get(name) as Promise<Release> | undefined;
    if (known !== undefined) return known;
    const building = oneAtATime(build);
    started.set(name, building);
    // Awaited in its act; until then a failure is nobody's.
    building.then(onReady, () => undefined);
    return building;
  }
  return {
    packed: (name) => once(name, () => packRelease(cast[name], { directory, signal })),
    built: (name) => once(name, () => buildRelease(cast[name], { directory, signal })),
  };
}
