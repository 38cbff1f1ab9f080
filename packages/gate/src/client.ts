// `@promotable/gate/client`: the side that verifies before it believes. Needs neither a database, nor a server, nor WebAssembly.
export { askGate } from './client/ask-gate.ts';
export { dryRunGate } from './client/dry-run-gate.ts';
export { memoryState } from './client/client-state.ts';
export { fileState } from './client/file-state.ts';
export { refreshProven } from './client/refresh-proven.ts';
export { configMapProven } from './client/config-map-proven.ts';
export { fileProven, memoryProven } from './client/proven-store.ts';
export { exitCodeOf, exitCodes } from './exit-code.ts';
export { GateError } from './gate-error.ts';

export type { ClientState, StateStore } from './client/client-state.ts';
export type { RefreshProvenOptions } from './client/refresh-proven.ts';
export type { ConfigMapOptions } from './client/config-map-proven.ts';
export type { ProvenMemory, ProvenStore } from './client/proven-store.ts';
export type { DryRun } from './client/dry-run-gate.ts';
export type { AnswerSource, AskGateOptions, ClientAnswer, GateTrust } from './client/gate-client-options.ts';
export type { ClientCode } from './client/hold.ts';
export type { ExitCode } from './exit-code.ts';
