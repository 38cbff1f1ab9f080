// Finds where an HTTP/1.1 response ends, as cheaply as may be: the generator must be quicker than what it measures.

export interface Response {
  readonly status: number;
  readonly body: Buffer;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');
const nothing = Buffer.alloc(0);

/** Reads the responses of one connection on which one request is under way at a time. */
export class ResponseReader {
  #pending: Buffer = nothing;

  /** Takes what arrived; the response when it is whole, else null. @throws {Error} on anything that is no HTTP/1.1 response */
  push(chunk: Buffer): Response | null {
    const data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const end = data.indexOf(headEnd);
    const head = end < 0 ? '' : data.toString('latin1', 0, end + 2);
    const body = end < 0 ? null : bodyOf(head, data.subarray(end + headEnd.length));
    this.#pending = body === null ? data : nothing;
    return body === null ? null : { status: statusOf(head), body };
  }
}

function bodyOf(head: string, rest: Buffer): Buffer | null {
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  if (length !== undefined) {
    if (rest.length > Number(length)) throw new Error('more arrived than the response holds');
    return rest.length === Number(length) ? rest : null;
  }
  if (!/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) throw new Error('a response without length');
  return rest.subarray(-lastChunk.length).equals(lastChunk) ? dechunk(rest) : null;
}

function dechunk(rest: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < rest.length; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error('a chunk without size');
    if (size === 0) return Buffer.concat(parts);
    if (lineEnd + 2 + size + 2 > rest.length) return null;
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return null;
}

function statusOf(head: string): number {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
  if (status === undefined) throw new Error('not an HTTP/1.1 response');
  return Number(status);
}
