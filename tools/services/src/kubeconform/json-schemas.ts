/** A schema of an OpenAPI document, or what we make of it: JSON Schema, draft 7. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** The `definitions` of Kubernetes' `api/openapi-spec/swagger.json`. */
export type Definitions = Readonly<Record<string, Schema>>;

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const reference = '#/definitions/';

/** Definitions that the API server reads more generously than the specification says. */
const generous: Definitions = {
  // A bare number is taken too.
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  // `creationTimestamp: null` is what generators write.
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: ['string', 'null'], format: 'date-time' },
};

/** The part of a CustomResourceDefinition (`apiextensions.k8s.io/v1`) that says what its resources look like. */
export interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/**
 * One self-contained schema for each kind that can be applied, by the file name under which kubeconform looks for it
 * (`deployment-apps-v1.json`). Stricter than the API server, as a linter should be: a field that the schema does not name is a fault.
 */
export function schemasOfKinds(definitions: Definitions): Map<string, Schema> {
  const files = new Map<string, Schema>();
  for (const [name, definition] of Object.entries(definitions)) {
    const kinds = definition['x-kubernetes-group-version-kind'] as readonly Kind[] | undefined;
    // Several kinds share one definition where it is no object of its own: DeleteOptions, WatchEvent.
    const [kind] = kinds ?? [];
    if (kind === undefined || kinds?.length !== 1) continue;
    files.set(fileName(kind), schemaOf(name, kind, definitions));
  }
  return files;
}

/** The same for each version of a custom resource. */
export function schemasOfCustomResource({ spec }: CustomResourceDefinition): Map<string, Schema> {
  return new Map(
    spec.versions.map(({ name: version, schema }) => {
      const kind = { group: spec.group, version, kind: spec.names.kind };
      return [fileName(kind), rooted(convert(schema.openAPIV3Schema), kind)];
    }),
  );
}

function fileName({ group, version, kind }: Kind): string {
  return `${[kind, ...(group === '' ? [] : [group.split('.')[0]]), version].join('-').toLowerCase()}.json`;
}

function schemaOf(name: string, kind: Kind, definitions: Definitions): Schema {
  const needed = reachable(name, definitions);
  const parts = Object.fromEntries(needed.map((part) => [part, generous[part] ?? convert(definitions[part] ?? {})]));
  return { ...rooted(parts[name] ?? {}, kind), definitions: parts };
}

/** The schema of a whole document: it must say which kind it is. */
function rooted(own: Schema, { group, version, kind }: Kind): Schema {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...own,
    properties: { ...own.properties, apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] } },
    required: [...new Set([...(own.required ?? []), 'apiVersion', 'kind'])],
  };
}

/** Names of the definitions that `name` refers to, itself included, sorted. */
function reachable(name: string, definitions: Definitions): string[] {
  const found = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const [, target = ''] of JSON.stringify(definitions[next]).matchAll(/"#\/definitions\/([^"]+)"/g)) waiting.push(target);
  }
  return [...found].sort();
}

function convert(schema: Schema): Schema {
  if (schema.$ref !== undefined) return { $ref: `${reference}${schema.$ref.slice(reference.length)}` };
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return { type: ['string', 'integer'] };
  const { type, required = [], properties, items, additionalProperties } = schema;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const entries = Object.entries(properties ?? {}).map(([field, value]) => [field, fieldOf(value, required.includes(field))]);
  return {
    ...(type === undefined ? {} : { type }),
    ...(schema.format === 'date-time' ? { format: 'date-time' } : {}),
    ...(schema['enum'] === undefined ? {} : { enum: schema['enum'] }),
    ...(items === undefined ? {} : { items: convert(items) }),
    ...(required.length === 0 ? {} : { required }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(entries) as Record<string, Schema>, additionalProperties: isOpen }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: convert(additionalProperties) } : {}),
  };
}

/** `null` is how YAML writes an optional field that is not there, and the API server reads it so. */
function fieldOf(schema: Schema, required: boolean): Schema {
  const converted = convert(schema);
  if (required || converted.type === undefined || converted['enum'] !== undefined) return converted;
  return { ...converted, type: [converted.type, 'null'].flat() };
}
