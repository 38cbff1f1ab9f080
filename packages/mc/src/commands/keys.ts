import type { Register } from '../command.ts';
import { registerKeyChanges } from './keys-change.ts';
import { registerKeyList } from './keys-list.ts';

export const registerKeys: Register = (keys, act) => {
  for (const register of [registerKeyList, registerKeyChanges]) register(keys, act);
};
