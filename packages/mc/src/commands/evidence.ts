import type { Register } from '../command.ts';
import { registerBuild } from './evidence-build.ts';
import { registerDiff } from './evidence-diff.ts';
import { registerPublish } from './evidence-publish.ts';
import { registerReplay } from './evidence-replay.ts';
import { registerRedactions } from './evidence-redactions.ts';
import { registerStatus } from './evidence-status.ts';

export const registerEvidence: Register = (evidence, act) => {
  for (const register of [registerBuild, registerPublish, registerReplay, registerStatus, registerRedactions, registerDiff])
    register(evidence, act);
};
