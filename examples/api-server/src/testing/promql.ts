// Which metrics and labels an expression of PromQL names, read with Prometheus's own grammar.
import { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

export interface PromqlNames {
  /** Where the expression cannot be read, the first piece that is wrong. */
  readonly fault: string | null;
  /** Each selector: its metric and the labels of its matchers. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** Labels of `by`, `without`, `on`, `ignoring`. */
  readonly grouping: readonly string[];
}

export function promqlNames(expression: string): PromqlNames {
  let fault: string | null = null;
  const selectors: PromqlNames['selectors'][number][] = [];
  const grouping: string[] = [];
  const text = ({ from, to }: { from: number; to: number }): string => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) fault ??= `${expression.slice(0, node.from)}⟨here⟩${expression.slice(node.from)}`;
      if (node.name === 'VectorSelector') selectors.push(selectorOf(node.node, text));
      if (node.name === 'GroupingLabels') for (const label of node.node.getChildren('LabelName')) grouping.push(text(label));
    },
  });
  return { fault, selectors, grouping };
}

function selectorOf(node: SyntaxNode, text: (node: SyntaxNode) => string): PromqlNames['selectors'][number] {
  const metric = node.getChild('Identifier');
  const labels: string[] = [];
  node
    .getChild('LabelMatchers')
    ?.cursor()
    .iterate((inner) => {
      if (inner.name === 'LabelName') labels.push(text(inner.node));
    });
  return { metric: metric === null ? '' : text(metric), labels };
}
