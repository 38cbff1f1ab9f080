// `Query.releases` and `Query.releaseStory`: reads over both stores, for whoever may read evidence and decisions.
import { EnvironmentName, type Principal, ReleaseId, ServiceName, TenantId, Verdict } from '@promotable/contracts';
import { parseInput, requireScope, requireService, type ResolverContext, type ServerModule } from '@promotable/server-kit';
import { z } from 'zod';
import { activityAt, type ListStores, releasePage } from './release-list.ts';
import { releaseStory, type StoryStores } from './release-story.ts';

const ListArguments = z.object({
  tenant: TenantId.nullish(),
  service: ServiceName.nullish(),
  environment: EnvironmentName.nullish(),
  verdict: Verdict.nullish(),
  search: z.string().min(1).max(128).nullish(),
  first: z.int().min(1).max(100).nullish(),
  after: z
    .string()
    .max(1024)
    .transform(activityAt)
    .refine((activity) => activity !== null, 'must be what `next` of a page said')
    .nullish(),
});
const StoryArguments = z.object({ tenant: TenantId.nullish(), service: ServiceName, releaseId: ReleaseId });

/** The server has compared a named tenant with the token's before. */
export function consoleQueries(stores: ListStores & StoryStores): Required<Pick<ServerModule, 'resolvers' | 'scopes'>> {
  const readable = (principal: Principal): void => {
    requireScope(principal, 'evidence:read');
    requireScope(principal, 'decision:read');
  };
  return {
    scopes: { 'Query.releases': 'evidence:read', 'Query.releaseStory': 'evidence:read' },
    resolvers: {
      Query: {
        async releases(_parent: unknown, args: unknown, { principal }: ResolverContext) {
          readable(principal);
          const { service, environment, verdict, search, first, after } = parseInput(ListArguments, args);
          return releasePage(stores, principal, {
            service: service ?? null,
            environment: environment ?? null,
            verdict: verdict ?? null,
            search: search ?? null,
            first: first ?? 50,
            after: after ?? null,
          });
        },
        async releaseStory(_parent: unknown, args: unknown, { principal }: ResolverContext) {
          readable(principal);
          const { service, releaseId } = parseInput(StoryArguments, args);
          requireService(principal, service);
          return releaseStory(stores, { tenant: principal.tenant, service, releaseId });
        },
      },
    },
  };
}
