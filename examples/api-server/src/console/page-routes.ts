// The pages themselves: public, for they hold nothing; what they show is fetched by whoever is logged in.
import { ServerKitError, type ServerModule } from '@promotable/server-kit';
import type { ConsoleFile, ConsoleFiles } from './console-files.ts';

type Routes = NonNullable<ServerModule['routes']>;
type Application = Parameters<Routes>[0];

/** No inline script or style, nothing from elsewhere, in nobody's frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const config = { public: true } as const;

/** `files`: the built pages, or a rejection that says why there are none. */
export function pageRoutes(app: Application, files: () => Promise<ConsoleFiles>): void {
  for (const path of ['/', '/release']) {
    app.get(path, { config }, async (request, reply) => {
      const { page } = await files();
      const headers = { 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' };
      reply.removeHeader('vary').headers({ ...headers, ...headersOf(page) });
      return isKnown(request, page) ? reply.code(304).send() : reply.send(page.body);
    });
  }
  app.get<{ Params: { name: string } }>('/assets/:name', { config }, async (request, reply) => {
    const file = (await files()).assets.get(request.params.name);
    if (file === undefined) throw new ServerKitError('NOT_FOUND', 'There is nothing at this path.', { status: 404 });
    // The name holds the hash of the content, so it never changes.
    reply.removeHeader('vary').headers({ 'cache-control': 'public, max-age=31536000, immutable', ...headersOf(file) });
    return isKnown(request, file) ? reply.code(304).send() : reply.send(file.body);
  });
}

/** A console that is off says so, and why. */
export function offRoutes(app: Application, reason: string): void {
  app.get('/', { config }, async (_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send(`${reason}\n`));
}

function headersOf({ type, etag }: ConsoleFile): Record<string, string> {
  return { 'content-type': type, etag };
}

function isKnown({ headers }: { readonly headers: Readonly<Record<string, unknown>> }, { etag }: ConsoleFile): boolean {
  return headers['if-none-match'] === etag;
}
