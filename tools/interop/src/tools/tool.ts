/** A bundle on disk and what a stranger checks it with. */
export interface Case {
  readonly directory: string;
  readonly predicateType: string;
  readonly keyId: string;
}

/** Names of the files in a case's directory. */
export const caseFiles = { bundle: 'bundle.json', key: 'key.pem', blob: 'blob' } as const;

export interface ToolVerdict {
  readonly accepted: boolean;
  /** The tool's own words. */
  readonly says: string;
}

/** Judges every case with one foreign tool, offline. A tool that cannot be run at all rejects: that is no verdict. */
export type Tool = (cases: readonly Case[]) => Promise<readonly ToolVerdict[]>;
