import type { Register } from '../command.ts';
import { registerSnapshot } from './slo-snapshot.ts';
import { registerSuggest } from './slo-suggest.ts';

export const registerSlo: Register = (slo, act) => {
  for (const register of [registerSuggest, registerSnapshot]) register(slo, act);
};
