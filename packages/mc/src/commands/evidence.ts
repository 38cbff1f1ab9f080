import type { Register } from '../command.ts';
import { registerBuild } from './evidence-build.ts';
import { registerPublish, registerReplay } from './evidence-publish.ts';
import { registerStatus } from './evidence-status.ts';

export const registerEvidence: Register = (program, act) => {
  const evidence = program.command('evidence').description('what is known of a release: build it, publish it, look at it');
  for (const register of [registerBuild, registerPublish, registerReplay, registerStatus]) register(evidence, act);
};
