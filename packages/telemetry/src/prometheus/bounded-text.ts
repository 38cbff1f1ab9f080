import { TelemetryError } from '../errors.ts';

/** The whole body as text. @throws {TelemetryError} `PROMETHEUS_ANSWER_TOO_LARGE` as soon as it is beyond `maxBytes` */
export async function boundedText({ body }: Response, maxBytes: number): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new TelemetryError('PROMETHEUS_ANSWER_TOO_LARGE', `Prometheus answered with more than ${maxBytes} bytes; narrow the query.`, {
        status: 502,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
