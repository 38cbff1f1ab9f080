// A refusal as it must look wherever it comes from: the documented body, a stable code, and no word about our insides.
import { ErrorBody, type Fault } from '@promotable/contracts';
import { expect } from 'vitest';
import { z } from 'zod';

const GraphqlErrorBody = z.strictObject({
  data: z.null().optional(),
  errors: z.array(
    z.object({
      message: z.string().min(1),
      extensions: z.looseObject({
        code: z.string(),
        requestId: z.string(),
        faults: z.array(z.strictObject({ path: z.string(), code: z.string().min(1), message: z.string().min(1) })),
      }),
    }),
  ),
});

/** Stack frames, SQL, paths of machines, names of tables and modules. */
const insides =
  /\n\s+at |node:internal|node_modules|file:\/\/|\/(?:home|root|tmp|usr|var|work)\/|\.ts:\d|\b(?:SELECT|INSERT|UPDATE|DELETE) |(?:evidence|gate|ledger)\.(?:records|releases|decisions|entry)|SQLSTATE|postgres|ECONNREFUSED|TypeError|RangeError|SyntaxError/i;

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
  readonly paths: readonly string[];
  readonly headers: Headers;
  readonly text: string;
}

/** Reads a refusal and holds it to the documented shape; `secrets` must not come back. */
export async function refusalOf(response: Response, secrets: readonly string[] = []): Promise<Refusal> {
  const { status, headers } = response;
  const text = await response.text();
  expect(text, 'no insides').not.toMatch(insides);
  for (const secret of secrets) expect(text.includes(secret), 'a secret came back').toBe(false);
  expect([status, headers.get('content-type')], text).toEqual([status, 'application/json; charset=utf-8']);
  expect(status, text).toBeGreaterThanOrEqual(400);
  expect(status, text).toBeLessThan(500);
  const error = errorIn(JSON.parse(text));
  expect(error.code).toMatch(/^[A-Z][A-Z_]{3,40}$/);
  expect(error.requestId).toBe(headers.get('x-request-id'));
  return { status, headers, text, ...error, paths: error.faults.map(({ path }) => path) };
}

function errorIn(body: unknown): ErrorBody['error'] {
  if (typeof body !== 'object' || body === null || !('errors' in body)) return ErrorBody.parse(body).error;
  const { errors } = GraphqlErrorBody.parse(body);
  expect(errors).toHaveLength(1);
  const [{ message, extensions }] = errors as [(typeof errors)[number]];
  return { message, ...extensions };
}
