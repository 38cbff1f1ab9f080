/** What is timed: a question about evidence long known, or from a receipt on, asked where the evidence came in or at the other replica. */
export type Asked = 'question' | 'here' | 'there';

/** What the generator is asked. */
export interface VisibleQuestion {
  readonly asked: Asked;
  readonly urls: readonly string[];
  /** The data directory of the replicas, with keys and tokens. */
  readonly data: string;
  readonly durationMs: number;
}
