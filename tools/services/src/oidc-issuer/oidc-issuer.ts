// A local OpenID issuer with a login page, for development and tests: authorization code with PKCE, ID tokens signed by ES256.
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServicesError } from '../services-error.ts';
import { sendLoginPage } from './login-page.ts';
import type { OidcIssuerOptions } from './oidc-issuer-options.ts';

export interface OidcIssuer {
  /** `iss` and base of its discovery document. */
  readonly url: string;
  /** Ends it and every connection to it; once, however often called. */
  stop(): Promise<void>;
}

/** Longest form that is read, bytes. */
const maxFormBytes = 4096;

/** Starts an issuer on the loopback. @throws {ServicesError} `START_FAILED` when `NODE_ENV` is `production` */
export async function startOidcIssuer(options: OidcIssuerOptions): Promise<OidcIssuer> {
  if (process.env['NODE_ENV'] === 'production')
    throw new ServicesError('START_FAILED', 'The local issuer is for development: it does not start when NODE_ENV is production.');
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Loaded when it is needed: whoever never logs in does not wait for it.
  const { provider } = await import('./provider.ts');
  const op = provider(url, options);
  const protocol = op.callback();
  const login = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const action = request.url ?? '/';
    await op.interactionDetails(request, response);
    const form = { action, hint: options.hint ?? '', username: '', failed: false };
    if (request.method !== 'POST') return sendLoginPage(response, form);
    const { username, password } = await formOf(request);
    const account = options.accounts.find((known) => known.username === username);
    if (account === undefined || !isSame(account.password, password)) return sendLoginPage(response, { ...form, username, failed: true });
    await op.interactionFinished(request, response, { login: { accountId: username } });
  };
  server.on('request', (request, response) => {
    if (!(request.url ?? '').startsWith('/login/')) return void protocol(request, response);
    login(request, response).catch(() =>
      response.writeHead(400, { 'content-type': 'text/plain' }).end('This login has ended. Start again.\n'),
    );
  });
  let stopping: Promise<void> | undefined;
  return {
    url,
    stop: () =>
      (stopping ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}

async function formOf(request: IncomingMessage): Promise<{ readonly username: string; readonly password: string }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxFormBytes) throw new ServicesError('START_FAILED', 'The form is too long.');
    chunks.push(chunk);
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  return { username: form.get('username') ?? '', password: form.get('password') ?? '' };
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
