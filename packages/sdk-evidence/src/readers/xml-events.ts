import { SaxesParser } from 'saxes';
import { unreadable } from './report-document.ts';
import { textDecoder } from './text-decoder.ts';

/** What is told of an XML document; text is not. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  /** Characters that XML 1.0 does not allow, raw or as references, were replaced by U+FFFD: test output is copied into reports as it is. */
  oddCharacters(): void;
}

const maxDepth = 100;
const startLength = 200;

/** Control characters that XML 1.0 lacks and non-characters, raw or as references. */
const oddCharacters =
  /[^\P{Cc}\t\n\r\u{7f}-\u{9f}]|[\u{fffe}\u{ffff}]|&#(?:x0*(?:[0-8bcefBCEF]|1[\da-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));/gu;

/**
 * Push parser of XML that is complete, well-formed and declares nothing: no DTD, hence no entity to expand or fetch.
 * Its faults are thrown at once as `REPORT_UNREADABLE`.
 */
export class XmlEvents {
  readonly #name: string;
  readonly #handler: XmlHandler;
  readonly #parser = new SaxesParser({ xmlns: false, fragment: false, position: true });
  readonly #decoder = textDecoder();
  #start = '';
  #isBegun = false;
  /** A reference whose end lies in the next chunk. */
  #reference = '';
  #depth = 0;
  #roots = 0;

  constructor(name: string, handler: XmlHandler) {
    this.#name = name;
    this.#handler = handler;
    this.#parser.on('doctype', () => {
      throw this.#declaration();
    });
    this.#parser.on('opentag', (tag) => {
      if (++this.#depth > maxDepth) throw unreadable(name, 'too_deep', `nests deeper than ${maxDepth}`);
      if (this.#depth === 1) this.#roots++;
      handler.open(tag.name, tag.attributes as Record<string, string>);
    });
    this.#parser.on('closetag', (tag) => {
      this.#depth--;
      handler.close(tag.name);
    });
    this.#parser.on('error', (error) => {
      throw this.#syntax(error.message);
    });
  }

  write(chunk: Uint8Array): void {
    this.#writeText(this.#decoder.write(chunk));
  }

  end(): void {
    this.#writeText(this.#decoder.end());
    this.#begin();
    if (this.#reference !== '') this.#parser.write(this.#reference);
    this.#parser.close();
  }

  #writeText(text: string): void {
    if (this.#isBegun) this.#parse(text);
    else {
      this.#start += text;
      if (this.#start.trimStart().length >= startLength) this.#begin();
    }
  }

  /** The beginning is kept until it can be told what it is. */
  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const start = this.#start.trimStart().slice(0, startLength).toLowerCase();
    const mistaken = mistakenStart(start);
    if (mistaken !== null) throw unreadable(this.#name, 'wrong_format', mistaken);
    this.#parse(this.#start.trimStart());
  }

  #parse(text: string): void {
    const all = this.#reference + text;
    const open = all.lastIndexOf('&');
    const isCut = open !== -1 && all.length - open < 12 && !all.includes(';', open);
    this.#reference = isCut ? all.slice(open) : '';
    const ready = isCut ? all.slice(0, open) : all;
    const clean = ready.replace(oddCharacters, '\ufffd');
    if (clean !== ready) this.#handler.oddCharacters();
    this.#parser.write(clean);
  }

  #declaration() {
    return unreadable(this.#name, 'declaration', 'holds a document type or entity declaration; such reports are refused');
  }

  #syntax(message: string) {
    if (message.includes('doctype')) return this.#declaration();
    const where = `line ${this.#parser.line}`;
    if (this.#roots > 0 && this.#depth === 0 && !/unclosed|unexpected end/.test(message))
      return unreadable(this.#name, 'syntax', `must have one root element and no text behind it (${where}): perhaps mixed with log lines`);
    return unreadable(this.#name, 'syntax', `is not well-formed XML (${where}): perhaps cut off, or mixed with log lines`);
  }
}

function mistakenStart(start: string): string | null {
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'is an HTML page, not JUnit XML';
  if (start.startsWith('{') || start.startsWith('[')) return 'is JSON, not JUnit XML';
  if (start.startsWith('tap version')) return 'is TAP output, not JUnit XML';
  return null;
}
