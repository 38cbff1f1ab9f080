import type { Clock, Logger } from '@promotable/contracts';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { CacheableFields, FieldScopes, Resolvers, Scalars } from './graphql/resolvers.ts';
import type { ReadinessCheck } from './readiness.ts';

/** What the kit lends a module. */
export interface Kit {
  /** This server's registry: modules register their own metrics here. */
  readonly metrics: Registry;
  readonly log: Logger;
  readonly clock: Clock;
  /** Tells this process's response cache that what a tag of {@link CacheableField} names has changed. Call it once the change is committed. */
  readonly changed: (tag: string) => void;
}

/** A part of a server: routes, GraphQL fields, readiness, closing. The kit knows nothing of what it is about. */
export interface ServerModule {
  /** Names the module in logs and faults. */
  readonly name: string;
  /**
   * Adds routes. A route asks for a token unless its `config` says `public: true`; `config.scope` is checked before the handler.
   * @default none
   */
  routes?(app: FastifyInstance, kit: Kit): void | Promise<void>;
  /** @default none */
  readonly resolvers?: Resolvers;
  /** Scopes of root fields, checked before their resolver; a root field without one answers any valid token. @default none */
  readonly scopes?: FieldScopes;
  /**
   * Root fields of queries whose answers may be kept and given again, keyed `Query.field`; an operation is kept when all of its root fields are.
   * @default none
   */
  readonly cacheable?: CacheableFields;
  /** Custom scalars besides `JSON` and `DateTime`, which the kit brings. @default none */
  readonly scalars?: Scalars;
  /** @default none */
  readonly readiness?: readonly ReadinessCheck[];
  /** Called once when the server has stopped answering, in reverse order of the modules. @default none */
  onClose?(): void | Promise<void>;
}
