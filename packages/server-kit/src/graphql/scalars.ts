// Scalars that every SDL of ours may declare: any JSON, and an RFC 3339 instant with an offset.
import { Instant } from '@promotable/contracts';
import type { Scalars } from './resolvers.ts';

export const builtInScalars: Scalars = {
  JSON: { parse: (input) => input, serialize: (value) => value },
  DateTime: {
    parse: (input) => Instant.parse(input),
    serialize: (value) => (value instanceof Date ? value.toISOString() : Instant.parse(value)),
  },
};
