// The ways in and out of the console. Everything here answers without a token; what it hands out is a sealed cookie.
import { isCodedError } from '@promotable/contracts';
import { contextOf, type ServerModule } from '@promotable/server-kit';
import type { ConsoleSessions } from './console-sessions.ts';
import type { LoginFlow } from './login-flow.ts';

type Routes = NonNullable<ServerModule['routes']>;
type Application = Parameters<Routes>[0];

export interface LoginRoutesOptions {
  readonly sessions: ConsoleSessions;
  readonly flow: LoginFlow;
  /** Base URL of MC as browsers see it. */
  readonly base: () => string;
  /** Whether browsers reach MC itself, and no proxy that may have changed the `Host` header. */
  readonly direct: boolean;
}

const config = { public: true } as const;

export function loginRoutes(app: Application, { sessions, flow, base, direct }: LoginRoutesOptions): void {
  app.get('/console/session', { config }, async (request) => {
    const session = await sessions.read(request.headers.cookie).catch((error: unknown) => {
      if (isCodedError(error) && error.code === 'FORBIDDEN') return null;
      throw error;
    });
    if (session === null) return { state: 'logged-out' };
    const { principal, expiresAt, displayName } = session;
    return { state: 'logged-in', name: displayName, tenant: principal.tenant, expiresAt: new Date(expiresAt).toISOString() };
  });

  app.get<{ Querystring: { to?: string } }>('/console/login', { config, exposeHeadRoute: false }, async (request, reply) => {
    // Cookies belong to one host name: a login begun on another one would never come back to it.
    if (direct && request.host !== new URL(base()).host) return reply.redirect(`${base()}${request.url}`, 303);
    try {
      const { url, cookie } = await flow.begin(request.query.to);
      return reply.header('set-cookie', cookie).redirect(url, 303);
    } catch (error) {
      contextOf(request).log.warn({ err: error }, 'the issuer of the console cannot be reached');
      return reply.redirect('/?login=unavailable', 303);
    }
  });

  app.get('/console/callback', { config, exposeHeadRoute: false }, async (request, reply) => {
    try {
      const { cookies, returnTo } = await flow.finish(new URL(request.url, base()), request.headers.cookie);
      return reply.header('set-cookie', [...cookies]).redirect(returnTo, 303);
    } catch (error) {
      const refused = isCodedError(error) && error.code === 'FORBIDDEN';
      contextOf(request).log.info({ err: error }, refused ? 'a login has no rights here' : 'a login failed');
      return reply.redirect(refused ? '/?login=no-access' : '/?login=failed', 303);
    }
  });

  // JSON, which no page of another origin can send without asking.
  app.post('/console/logout', { config }, async (_request, reply) =>
    reply.header('set-cookie', sessions.end()).send({ url: await flow.logoutUrl() }),
  );
}
