// The server and its log
export { createServer } from './server.ts';
export { createJsonLog } from './json-log.ts';
export { metricFactory } from './metric-factory.ts';
// Who is calling, and what that allows
export { oidcAuthenticator } from './auth/oidc-authenticator.ts';
export { mcTokens } from './auth/mc-tokens.ts';
export { requireScope, requireService, requireTenant } from './auth/authorize.ts';
export { ClaimRuleShape, principalByRules, ruleFor } from './auth/claim-rules.ts';
// Inside a route
export { contextOf, principalOf } from './request-context.ts';
export { parseInput } from './input.ts';
export { operationId } from './graphql/operation-registry.ts';
export { ServerKitError } from './server-kit-error.ts';

export type { Server } from './server.ts';
export type { DrainOptions, GraphqlOptions, ServerLimits, ServerOptions } from './server-options.ts';
export type { Kit, ServerModule } from './server-module.ts';
export type { Readiness, ReadinessCheck } from './readiness.ts';
export type { RequestContext, RoutePolicy } from './request-context.ts';
export type { CacheableField, CacheableFields } from './graphql/resolvers.ts';
export type { ChangeFeed, ChangeListener } from './hot-read/change-feed.ts';
export type { ResponseCacheOptions } from './hot-read/response-cache.ts';
export type { FieldScopes, Resolver, ResolverContext, Resolvers, Scalars, ScalarCoercion } from './graphql/resolvers.ts';
export type { Authenticator, VerifiedToken } from './auth/authenticator.ts';
export type { OidcAuthenticatorOptions, OidcIssuer, TokenAlgorithm } from './auth/oidc-authenticator.ts';
export type { People, PersonClaims } from './auth/people.ts';
export type { SessionAuthenticator } from './auth/session-authenticator.ts';
export type { ClaimRule, ClaimSource } from './auth/claim-rules.ts';
export type { IssuedToken, McTokens, McTokensOptions, TokenGrant, TokenRecords } from './auth/mc-tokens.ts';
export type { TokenSigningKey, TokenVerificationKey } from './auth/mc-token-keys.ts';
export type { RandomBytes } from './random-hex.ts';
export type { AnsweredListener } from './request-log.ts';
export type { EndedRequest, TraceSampling } from './request-trace.ts';
export type { TraceContext } from './trace-context.ts';
export type { JsonLogOptions } from './json-log.ts';
export type { GaugeReading, MetricDeclaration, ModuleMetrics } from './metric-factory.ts';
export type { Rate } from './rate-limit.ts';
export type { ServerKitErrorCode, ServerKitErrorOptions } from './server-kit-error.ts';
