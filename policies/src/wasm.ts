// The policy engine over WebAssembly (`@promotable/policies/wasm`).
export { createWasmEngine } from './wasm-engine.ts';

export type { WasmEngineOptions } from './wasm-engine.ts';
