import fc from 'fast-check';
import { buildSchema, getVariableValues, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { expect, it } from 'vitest';
import { variableFaults } from './variables.ts';

const schema = buildSchema(`
  enum Colour { red green }
  input Leaf { name: String!, weight: Int = 1, ratio: Float, on: Boolean, id: ID }
  input Tree { leaf: Leaf!, leaves: [Leaf!], grid: [[Int!]], colour: Colour, children: [Tree!] }
  input Either @oneOf { a: Int, b: String }
  type Query { ask(tree: Tree!, n: Int, either: Either, list: [String!]!): Int }
`);
const operation = parse(
  'query Ask($tree: Tree!, $n: Int = 3, $either: Either, $list: [String!]!) { ask(tree: $tree, n: $n, either: $either, list: $list) }',
).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;

const scalar = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constantFrom('red', 'green', 2 ** 31));
const leaf = fc.record(
  {
    name: fc.oneof({ weight: 4, arbitrary: fc.string() }, scalar),
    weight: fc.oneof(fc.integer(), scalar),
    ratio: scalar,
    on: scalar,
    id: scalar,
  },
  { requiredKeys: [] },
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.record(
    {
      leaf: fc.oneof({ weight: 4, arbitrary: leaf }, scalar),
      leaves: fc.oneof(fc.array(leaf, { maxLength: 3 }), leaf, scalar),
      grid: fc.oneof(fc.array(fc.oneof(fc.array(fc.integer()), fc.integer(), fc.constant(null)), { maxLength: 3 }), scalar),
      colour: scalar,
      children: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('tree'), { maxLength: 2 })),
      odd: scalar,
    },
    { requiredKeys: [] },
  ),
}));
const good = fc.record({ name: fc.string(), weight: fc.integer({ min: -1000, max: 1000 }) }, { requiredKeys: ['name'] });
const variables = fc.record(
  {
    tree: fc.oneof(tree, fc.record({ leaf: good, leaves: fc.array(good) }, { requiredKeys: ['leaf'] }), scalar),
    n: fc.oneof(fc.integer({ min: 0, max: 9 }), scalar),
    either: fc.oneof(fc.record({ a: fc.integer() }), fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }), fc.constant(null)),
    list: fc.oneof(fc.array(fc.string()), scalar),
  },
  { requiredKeys: [] },
);

it('are faulty exactly where graphql-js refuses them', () => {
  let refused = 0;
  let accepted = 0;
  fc.assert(
    fc.property(variables, (values) => {
      const byGraphql =
        getVariableValues(schema, operation.variableDefinitions ?? [], values as Record<string, unknown>).errors !== undefined;
      const faults = variableFaults(schema, operation, values as Record<string, unknown>);
      if (byGraphql) refused += 1;
      else accepted += 1;
      expect(faults.length > 0, JSON.stringify({ values, faults })).toBe(byGraphql);
    }),
    { numRuns: 2000 },
  );
  // The generator must reach both sides, or the property says nothing.
  expect(Math.min(refused, accepted)).toBeGreaterThan(50);
});

it('lists a bounded number of faults', () => {
  expect(variableFaults(schema, operation, { tree: { leaf: { name: 'a' } }, list: Array(5000).fill(1) })).toHaveLength(100);
});
