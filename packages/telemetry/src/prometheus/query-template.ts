// Which questions measure a service, as PromQL with three words to fill in.
import { faultsOf } from '@promotable/contracts';
import { z } from 'zod';
import { TelemetryError } from '../errors.ts';
import { labelOf, type LabelMatchers, renderMatchers } from './label-matchers.ts';

/** What a query's words stand for. */
export interface QueryWords {
  /** Whose series: `$selector`. */
  readonly matchers: LabelMatchers;
  /** How long a stretch ends at the moment of evaluation, milliseconds: `$window`. */
  readonly windowMs: number;
  /** A further label to group by: `$by`. @default none */
  readonly by?: string | undefined;
}

const words = ['selector', 'window', 'by'];
const placeholder = /\$([a-z]+)/g;

const query = (...required: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(10_000)
    .superRefine((text, context) => {
      const named = [...text.matchAll(placeholder)].map(([, word = '']) => word);
      for (const word of named) if (!words.includes(word)) context.addIssue({ code: 'custom', message: `knows no word $${word}` });
      for (const word of required) if (!named.includes(word)) context.addIssue({ code: 'custom', message: `must have the word $${word}` });
    });

/** The form of a query template, as a JSON file has it. */
export const QueryTemplate = z.strictObject({
  /** Named in the evidence. */
  name: z.string().regex(/^[a-z0-9][a-z0-9:-]{0,19}$/, 'must be 1 to 20 lowercase letters, digits, ":" or "-"'),
  /** Unit of the latency. */
  unit: z.enum(['s', 'ms']),
  /** A plain selector of a series that every answered request touches; shows how fresh and how complete the data is. */
  presence: query('selector'),
  /**
   * How many requests were answered, and how many failed: by a label that holds the status (anything but 1xx to 4xx failed, a missing one too), or by
   * two counts. A count without a series is no data, so `failures` must say itself that nothing means none: `… or vector(0)`.
   */
  answers: z.union([
    z.strictObject({ byStatus: query('selector', 'window'), label: z.string().min(1).max(64) }),
    z.strictObject({ requests: query('selector', 'window'), failures: query('selector', 'window') }),
  ]),
  /** Latency as a histogram, classic (by `le`) or native, or as percentiles that another has computed. */
  latency: z.union([
    z.strictObject({ buckets: query('selector', 'window') }),
    z.strictObject({ p95: query('selector', 'window'), p99: query('selector', 'window').optional() }),
  ]),
  /** Requests that are open. Not measured where it is left out. */
  open: query('selector').optional(),
});

/** Which questions measure a service: PromQL with the words `$selector`, `$window` and `$by`. */
export type QueryTemplate = z.infer<typeof QueryTemplate>;

/** A template of your own, checked. @throws {TelemetryError} `INVALID_TEMPLATE` with every fault and its path */
export function parseTemplate(value: unknown): QueryTemplate {
  const parsed = QueryTemplate.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw new TelemetryError('INVALID_TEMPLATE', `not a query template: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, {
    faults,
    status: 400,
  });
}

/** The query with its words filled in. @throws {TelemetryError} `INVALID_SELECTOR` */
export function renderQuery(text: string, { matchers, windowMs, by }: QueryWords): string {
  const said: Readonly<Record<string, string>> = {
    selector: renderMatchers(matchers),
    window: `${Math.round(windowMs)}ms`,
    by: by === undefined ? '' : `,${labelOf(by)}`,
  };
  return text.replace(placeholder, (whole, word: string) => said[word] ?? whole);
}
