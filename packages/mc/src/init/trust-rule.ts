/** Who publishes: a repository of GitHub, or a service account of a cluster, each by what nobody can rename or make anew. */
export type Publisher =
  | { readonly kind: 'github'; readonly repositoryId: string }
  | { readonly kind: 'argo'; readonly issuer: string; readonly serviceAccountUid: string };

export interface TrustRuleOptions {
  readonly service: string;
  readonly tenant: string;
  readonly mcUrl: string;
  readonly publisher: Publisher;
}

const github = 'https://token.actions.githubusercontent.com';

/** An issuer as MC's `PROMOTABLE_OIDC` lists it: tokens of this publisher may publish evidence of this service, and nothing else. */
export function trustRule({ service, tenant, mcUrl, publisher }: TrustRuleOptions) {
  const claims: Record<string, string> =
    publisher.kind === 'github'
      ? { repository_id: publisher.repositoryId }
      : { '/kubernetes.io/serviceaccount/uid': publisher.serviceAccountUid };
  const [issuer, keys] =
    publisher.kind === 'github' ? [github, '/.well-known/jwks'] : [publisher.issuer.replace(/\/+$/, ''), '/openid/v1/jwks'];
  return {
    issuer: publisher.kind === 'github' ? issuer : publisher.issuer,
    audience: mcUrl,
    jwksUri: `${issuer}${keys}`,
    algorithms: ['RS256'],
    rules: [{ claims, tenant, services: [service], scopes: ['evidence:publish'] }],
  };
}
