/** The questions that the policy answers. */
export const entrypoints = {
  /** Rollout facts → verdict, reasons, warnings. */
  rollout: 'promotable/rollout/decision',
  /** Evidence facts → what the build evidence alone is worth; not a decision. */
  evidence: 'promotable/evidence/decision',
  /** `{code, params}` → the hold that a client reports about itself. */
  client: 'promotable/client/decision',
  /** `{service, environment}` → every effective setting and the layer it comes from. */
  thresholds: 'promotable/thresholds/effective',
} as const;

/** Path of a rule that can be evaluated. */
export type Entrypoint = (typeof entrypoints)[keyof typeof entrypoints];
/** An entrypoint that answers with a verdict. */
export type DecisionEntrypoint = Exclude<Entrypoint, typeof entrypoints.thresholds>;
