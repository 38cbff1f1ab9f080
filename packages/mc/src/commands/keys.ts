import type { Register } from '../command.ts';
import { registerKeyChanges } from './keys-change.ts';
import { registerKeyImpact } from './keys-impact.ts';
import { registerKeyList } from './keys-list.ts';

export const registerKeys: Register = (keys, act) => {
  for (const register of [registerKeyList, registerKeyImpact, registerKeyChanges]) register(keys, act);
};
