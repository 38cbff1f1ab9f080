import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { unreadable } from './report-document.ts';

/** An element of a report: its name, its attributes decoded, its child elements in order. Text is not kept. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

/** The parser's shape with `preserveOrder`: one key is the element's name, `:@` holds the attributes. */
type OrderedNode = Readonly<Record<string, unknown>>;

const attributesKey = ':@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  maxNestedTags: 100,
  // Only the five entities of XML and character references are left once declarations are refused; reports of failures are full of them.
  processEntities: { enabled: true, maxTotalExpansions: Number.POSITIVE_INFINITY, maxExpandedLength: Number.POSITIVE_INFINITY },
});

/**
 * Parses XML that is complete and declares nothing: no DTD, hence no entity to expand or fetch.
 * @throws {EvidenceError} `REPORT_UNREADABLE`
 */
export function parseXml(name: string, text: string): XmlElement {
  const start = text.trimStart().slice(0, 200).toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html'))
    throw unreadable(name, 'wrong_format', 'is an HTML page, not JUnit XML');
  if (start.startsWith('{') || start.startsWith('[')) throw unreadable(name, 'wrong_format', 'is JSON, not JUnit XML');
  if (start.startsWith('tap version')) throw unreadable(name, 'wrong_format', 'is TAP output, not JUnit XML');
  if (holdsDeclaration(text))
    throw unreadable(name, 'declaration', 'holds a document type or entity declaration; such reports are refused');
  const valid = XMLValidator.validate(text);
  if (valid !== true)
    throw unreadable(name, 'syntax', `is not well-formed XML (line ${valid.err.line}): perhaps cut off, or mixed with log lines`);
  if (!text.trimEnd().endsWith('>')) throw unreadable(name, 'syntax', 'is followed by text after its root element');
  const roots = elementsOf(parse(name, text)).filter((element) => !element.name.startsWith('?'));
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw unreadable(name, 'syntax', `must have one root element, not ${roots.length}`);
  return root;
}

function parse(name: string, text: string): OrderedNode[] {
  try {
    return parser.parse(text) as OrderedNode[];
  } catch {
    // The parser's message may quote the report.
    throw unreadable(name, 'syntax', 'is refused by the XML parser: nested deeper than 100, or a name that no element may have');
  }
}

function elementsOf(nodes: readonly OrderedNode[]): XmlElement[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== attributesKey);
    if (name === undefined || name === '#text') return [];
    return [{ name, attributes: (node[attributesKey] ?? {}) as Record<string, string>, children: elementsOf(node[name] as OrderedNode[]) }];
  });
}

/** True for any `<!…` outside comments and CDATA; the parser would accept a DTD even in the middle of a document. */
function holdsDeclaration(text: string): boolean {
  for (let at = text.indexOf('<!'); at !== -1; at = text.indexOf('<!', at)) {
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : null;
    if (close === null) return true;
    const end = text.indexOf(close, at);
    // Not closed: the validator says so.
    if (end === -1) return false;
    at = end + close.length;
  }
  return false;
}
