import type { Logger, Principal, Scope } from '@promotable/contracts';

/** What a resolver gets as its third argument. */
export interface ResolverContext {
  /** The verified caller. */
  readonly principal: Principal;
  readonly requestId: string;
  /** 32 lowercase hex characters, W3C Trace Context. */
  readonly traceId: string;
  readonly log: Logger;
  /** Aborted when the caller leaves or the answer takes too long. */
  readonly signal: AbortSignal;
  /** Notes the id that joins this request to the data it is about, for the log. */
  setProvenanceId(id: string): void;
}

/** Computes one field, as graphql-js calls it: parent, arguments, context. */
// Arguments are typed by the SDL, which the compiler does not read; modules type them by generated types.
export type Resolver = (parent: never, args: never, context: ResolverContext) => unknown;

/** How a custom scalar is read and written. */
export interface ScalarCoercion {
  /** From a variable to a value; throws where it is not one. */
  readonly parse: (input: unknown) => unknown;
  /** From a resolved value to JSON. */
  readonly serialize: (value: unknown) => unknown;
}

/** Resolvers by type and field. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
/** Scope that a root field asks of its caller, keyed `Query.field` or `Mutation.field`. */
export type FieldScopes = Readonly<Record<string, Scope>>;
export type Scalars = Readonly<Record<string, ScalarCoercion>>;
