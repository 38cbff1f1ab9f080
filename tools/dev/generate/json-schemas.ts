import { schemaCatalog } from '@promotable/contracts';
import { z } from 'zod';

/** One JSON Schema (2020-12) per wire shape, for whoever validates our payloads without our code. */
export function jsonSchemas(): Map<string, string> {
  return new Map(
    Object.entries(schemaCatalog).map(([name, schema]) => {
      const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' });
      const document = { $schema, $id: `https://promotable.dev/schemas/${name}.v1.json`, ...body };
      return [`schemas/${name}.v1.json`, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}
