/** Work that one process repeats; a module of variants exports one factory per variant. */
export interface Operation {
  /** Does the work `count` times and returns something that depends on all of it, so that none of it is dead code. May be asynchronous. */
  run(count: number): unknown;
  /** What the work yields, as plain data, or a promise of it: compared with the other variants before anything is timed. */
  answer(): unknown;
  /** Whose CPU time counts: this process's, or that of the programs which it starts and awaits. @default 'self' */
  readonly cpu?: 'self' | 'children';
}

/** Makes an operation; `options` come from the row, as plain data. */
export type OperationFactory = (options: never) => Operation | Promise<Operation>;
