// The console as a module of MC: pages, login, events, queries. Whatever is wrong with it, the rest of MC does not notice.
import type { Clock, Logger } from '@promotable/contracts';
import { type People, ServerKitError, type ServerModule, type SessionAuthenticator } from '@promotable/server-kit';
import type pg from 'pg';
import { activityFeed } from './activity-feed.ts';
import { consoleDirectory, ensureConsole } from './build-console.ts';
import { type ConsoleFiles, readConsoleFiles } from './console-files.ts';
import { consoleQueries } from './console-queries.ts';
import { consoleSessions } from './console-sessions.ts';
import { eventsRoute } from './events-route.ts';
import { loginFlow } from './login-flow.ts';
import { loginRoutes } from './login-routes.ts';
import { type LoginSource, onceItWorks } from './login-source.ts';
import { offRoutes, pageRoutes } from './page-routes.ts';
import type { ListStores } from './release-list.ts';
import type { StoryStores } from './release-story.ts';
import { sealedCookies } from './sealed-cookie.ts';

export interface ConsoleParts {
  readonly stores: ListStores & StoryStores;
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly people: People;
  readonly production: boolean;
  /** Base URL of MC as browsers see it. */
  readonly base: () => string;
  /** Null = the console is off: there is nowhere to log in. */
  readonly login: { readonly source: LoginSource; readonly key: Uint8Array } | null;
}

export interface Console {
  readonly module: ServerModule;
  /** Null where the console is off. */
  readonly sessions: SessionAuthenticator | null;
}

const offReason = 'The console of this Mission Control is off: PROMOTABLE_CONSOLE_OIDC is not set. Everything else works.';

export function createConsole({ stores, pool, clock, log, people, production, base, login }: ConsoleParts): Console {
  const queries = { name: 'console', ...consoleQueries(stores) };
  if (login === null) return { module: { ...queries, routes: (app) => offRoutes(app, offReason) }, sessions: null };
  const { source, key } = login;
  const cookies = sealedCookies(key, clock);
  const secure = production;
  const sessions = consoleSessions({ source, cookies, people, sessionSeconds: source.sessionSeconds, secure });
  const flow = loginFlow({ source, sessions, cookies, base, secure });
  const feed = activityFeed({ pool, log });
  return {
    sessions,
    module: {
      ...queries,
      routes(app) {
        pageRoutes(
          app,
          onceItWorks(() => files(production)),
        );
        loginRoutes(app, { sessions, flow, base, direct: !production });
        eventsRoute(app, feed);
      },
      async onClose() {
        feed.close();
        await source.close();
      },
    },
  };
}

async function files(production: boolean): Promise<ConsoleFiles> {
  if (!production) await ensureConsole();
  const found = await readConsoleFiles(consoleDirectory);
  if (found === null)
    throw new ServerKitError('NOT_FOUND', 'The pages of the console were not built: run `npm run build:console` in examples/api-server.', {
      status: 404,
    });
  return found;
}
