import type { Logger, Principal, Scope } from '@promotable/contracts';

/** What a resolver gets as its third argument. */
export interface ResolverContext {
  /** The verified caller. */
  readonly principal: Principal;
  readonly requestId: string;
  /** 32 lowercase hex characters, W3C Trace Context. */
  readonly traceId: string;
  /** A header of the request, by its lowercase name. */
  header(name: string): string | undefined;
  /** Of this request's part of the trace, W3C Trace Context. */
  readonly traceparent: string;
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
/** Custom scalars by name. */
export type Scalars = Readonly<Record<string, ScalarCoercion>>;

/**
 * How the answer of a root field may be kept. It is given again to callers with the same tenant, services and scopes, so its resolver reads
 * nothing else of its context: not the caller's id, no ids of the request. Nothing that a verdict rests on is made cacheable.
 */
export interface CacheableField {
  /** Names all that the answer is made from, before the resolver reads it; a change of one of them ends the answer. */
  readonly tags: (args: never, principal: Principal) => readonly string[];
  /** Until when what the resolver gave holds by itself, milliseconds since the Unix epoch; 0 = it is not to be kept. @default no end */
  readonly validUntil?: (value: never) => number;
}

/** The {@link CacheableField} of each field, by `Type.field`. */
export type CacheableFields = Readonly<Record<string, CacheableField>>;
