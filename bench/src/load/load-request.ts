/** One request of the load; the generator goes round all of them. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  /** Path with query. */
  readonly path: string;
  /** `host`, `connection` and `content-length` are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The bytes as they go over the wire. */
export function wireBytes({ method, path, headers, body = '' }: LoadRequest, host: string): Buffer {
  const lines = Object.entries({
    host,
    ...headers,
    ...(method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
