import { ClientState, type StateStore } from './client-state.ts';
import { jsonFile } from './json-file.ts';

/**
 * Client state in one file, replaced as a whole.
 * @param path of the file; its folder is made when missing, both readable by the owner alone
 * @throws {GateError} `STATE_UNREADABLE`, `STATE_NOT_WRITABLE`; a damaged file is never taken for an empty one, it might hide what was seen
 */
export function fileState(path: string): StateStore {
  return jsonFile(path, ClientState, 'the state of a gate client');
}
