// Governance as a module of a server: GraphQL fields with their scopes. Depends on the server by shape only.
import type { Principal, Scope } from '@promotable/contracts';
import type { Exception } from '@promotable/contracts/graphql';
import { fourEyes } from '../approval-rules.ts';
import type { ExceptionRecord } from '../exception-record.ts';
import { exceptionView } from './exception-view.ts';
import { createGovernance, type Governance } from './governance.ts';
import type { GovernanceOptions } from './governance-options.ts';

/** The part of a resolver's context that the fields read. */
export interface GovernanceContext {
  readonly principal: Principal;
  readonly traceId: string;
  readonly signal: AbortSignal;
  /** Notes which exception a request was about, for the log. */
  setProvenanceId(id: string): void;
}

/** The mutations by which exceptions come, are confirmed and go. */
export type GovernanceMutation =
  | 'requestWaiver'
  | 'approveWaiver'
  | 'createOverride'
  | 'breakGlass'
  | 'recordOverride'
  | 'countersign'
  | 'revokeException';
/** Resolves one of them; what it resolves to is the exception as it stands then. */
export type GovernanceField = (parent: unknown, args: never, context: GovernanceContext) => Promise<Exception>;

/** A `ServerModule` of the server kit, by shape; `governance` serves callers in the same process. */
export interface GovernanceModule {
  readonly name: 'governance';
  readonly governance: Governance;
  readonly resolvers: {
    readonly Mutation: Readonly<Record<GovernanceMutation, GovernanceField>>;
    readonly Query: { exceptions(parent: unknown, args: unknown, context: GovernanceContext): Promise<Exception[]> };
  };
  readonly scopes: Readonly<Record<string, Scope>>;
}

const mutationScopes = {
  requestWaiver: 'waiver:request',
  approveWaiver: 'waiver:approve',
  createOverride: 'override:create',
  breakGlass: 'override:break-glass',
  /** Any token: governance asks for one of two scopes. */
  recordOverride: null,
  countersign: 'override:countersign',
  revokeException: 'exception:revoke',
} as const satisfies Record<GovernanceMutation, Scope | null>;

/** Mounts `Query.exceptions` and the mutations of waivers and overrides. */
export function governanceModule(options: GovernanceOptions): GovernanceModule {
  const governance = createGovernance(options);
  const { clock, limits, rules = () => fourEyes } = options;

  const view = (record: ExceptionRecord): Exception =>
    exceptionView(record, rules(), limits(record.service, record.environment).countersignWithinMs, clock.now());
  const field =
    <Arguments>(act: (args: Arguments, context: GovernanceContext) => Promise<ExceptionRecord>) =>
    async (_parent: unknown, args: Arguments, context: GovernanceContext): Promise<Exception> => {
      const record = await act(args, context);
      context.setProvenanceId(record.id);
      return view(record);
    };

  return {
    name: 'governance',
    governance,
    scopes: {
      'Query.exceptions': 'exception:read',
      ...Object.fromEntries(
        Object.entries(mutationScopes).flatMap(([name, scope]) => (scope === null ? [] : [[`Mutation.${name}`, scope]])),
      ),
    },
    resolvers: {
      Query: {
        exceptions: async (_parent, args, context) => (await governance.list(args, context)).map(view),
      },
      Mutation: {
        requestWaiver: field(({ input }: { readonly input: unknown }, context) => governance.requestWaiver(input, context)),
        approveWaiver: field(({ id, role }: { readonly id: string; readonly role: string }, context) =>
          governance.approveWaiver(id, role, context),
        ),
        createOverride: field(({ input }: { readonly input: unknown }, context) => governance.createOverride(input, context)),
        breakGlass: field(({ input }: { readonly input: unknown }, context) => governance.breakGlass(input, context)),
        recordOverride: field(({ bundle }: { readonly bundle: unknown }, context) => governance.recordOverride(bundle, context)),
        countersign: field(({ id }: { readonly id: string }, context) => governance.countersign(id, context)),
        revokeException: field(({ id, reason }: { readonly id: string; readonly reason: string }, context) =>
          governance.revoke(id, reason, context),
        ),
      },
    },
  };
}
