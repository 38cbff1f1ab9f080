// Who the other end is when proxies stand in between; by the rules of the framework, for requests that it does not see.
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import proxyAddress from '@fastify/proxy-addr';

export interface ClientAddress {
  /** Address of the caller, as far as trusted proxies tell it. */
  ip(request: IncomingMessage): string;
  /** `http` or `https`, as the caller used it. */
  scheme(request: IncomingMessage): string;
}

/** `trustedProxies` are addresses or networks; without them nobody's `X-Forwarded-*` is believed. */
export function clientAddress(trustedProxies: readonly string[] | undefined): ClientAddress {
  if (trustedProxies === undefined) return { ip: peerOf, scheme: schemeOf };
  const trusts = proxyAddress.compile([...trustedProxies]);
  return {
    ip: (request) =>
      request.headers['x-forwarded-for'] === undefined ? peerOf(request) : (proxyAddress.all(request, trusts).at(-1) ?? ''),
    scheme(request) {
      const told = request.headers['x-forwarded-proto'];
      return typeof told === 'string' && trusts(peerOf(request), 0) ? (told.split(',').at(-1) ?? '').trim() : schemeOf(request);
    },
  };
}

function peerOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}

function schemeOf({ socket }: IncomingMessage): string {
  return (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
}
