/** Something that keeps a package from being one that a stranger can use. */
export interface Fault {
  /** Name of the package, or what else is judged. */
  readonly subject: string;
  /** File or field. */
  readonly path: string;
  readonly message: string;
}

/** One line per fault: who, where, what. */
export function faultLine({ subject, path, message }: Fault): string {
  return `  ${subject} ${path}: ${message}`;
}
