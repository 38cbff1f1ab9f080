// Reads JSON entry by entry, in memory of one entry: the text between the structures named in a shape is cut out and given to JSON.parse,
// which is faster than any parser written in JavaScript, so that only structure and strings are told apart here.
import { isAscii } from 'node:buffer';
import { parseStrictJson } from '@promotable/attest';
import { isCodedError } from '@promotable/contracts';
import type { FaultList } from '../fault-list.ts';
import { pointerOf } from '../json-pointer.ts';
import { byteOrderMark, closeBrace, closeBracket, colon, comma, isSpace, namesIn, openBrace, openBracket, quote } from './json-bytes.ts';
import { JsonText } from './json-text.ts';
import { unreadable } from './report-document.ts';

/** Names of members and indices of items, from the root. It changes after the call it is given to. */
export type JsonPath = readonly (string | number)[];

/** Where to look into a value instead of taking it whole: into the items of an array, the members of an object. */
export interface JsonShape {
  readonly items?: JsonShape;
  readonly members?: Readonly<Record<string, JsonShape>>;
  /** Members that are not named. */
  readonly others?: JsonShape;
}

/** A value that is taken whole. */
export const whole: JsonShape = {};

/** What is told while a document is read. */
export interface JsonHandler {
  /** A value that was not looked into. */
  value(value: unknown, path: JsonPath): void;
  /** An array or object that is looked into begins. */
  open?(path: JsonPath): void;
}

export interface JsonScannerOptions {
  readonly name: string;
  readonly shape: JsonShape;
  readonly handler: JsonHandler;
  /** Names that occur twice, or that no field may have, are added here; the value that holds them is not told. */
  readonly faults: FaultList;
  /** Says what a text is that is no JSON object; `start` is its beginning. */
  readonly mistaken: (start: string) => string;
}

const maxDepth = 128;
/** Largest value that is taken whole. */
const maxValueBytes = 16_777_216;
const startBytes = 512;

interface Frame {
  readonly shape: JsonShape;
  /** Names seen so far; null for an array. */
  readonly names: Set<string> | null;
  /** Whether it holds something. */
  filled: boolean;
}

type Expected = 'value' | 'name' | 'colon' | 'comma' | 'nothing';

/** Push parser of one JSON object; refuses what JSON.parse refuses, and names that occur twice. */
export class JsonScanner {
  readonly #options: JsonScannerOptions;
  readonly #frames: Frame[] = [];
  readonly #path: (string | number)[] = [];
  #expected: Expected = 'value';
  #offset = 0;
  #start = Buffer.alloc(0);

  /** What is being cut out: a value, or a name. */
  #cutting: 'value' | 'name' | null = null;
  #isAscii = false;
  readonly #text = new JsonText();

  constructor(options: JsonScannerOptions) {
    this.#options = options;
  }

  /** @throws {EvidenceError} `REPORT_UNREADABLE` */
  write(chunk: Uint8Array): void {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#start.length < startBytes) {
      this.#start = Buffer.concat([this.#start, bytes.subarray(0, startBytes - this.#start.length)]);
      // A byte order mark may itself be cut by a chunk: each of its bytes is passed over.
      while (this.#offset < 3 && bytes.length > 0 && bytes[0] === byteOrderMark[this.#offset]) {
        bytes = bytes.subarray(1);
        this.#offset++;
      }
    }

    this.#isAscii = isAscii(bytes);
    let at = 0;
    while (at < bytes.length) {
      if (this.#cutting !== null) {
        const end = this.#text.endIn(bytes, at);
        if (this.#text.nesting + this.#frames.length > maxDepth) throw this.#tooDeep();
        this.#checkSize((end === -1 ? bytes.length : end) - at);
        if (end === -1) {
          this.#text.keep(bytes.subarray(at));
          break;
        }
        this.#take(bytes, at, end);
        at = end;
      } else if (isSpace(bytes[at] as number)) at++;
      else at += this.#structure(bytes[at] as number, at);
    }
    this.#offset += bytes.length;
  }

  /** @throws {EvidenceError} `REPORT_UNREADABLE` where the document is not whole */
  end(): void {
    if (this.#expected !== 'nothing' || this.#cutting !== null) throw this.#syntax(0);
  }

  /** One structural byte; answers 1, or 0 where a text begins that is to be cut out from this very byte. */
  #structure(byte: number, at: number): 0 | 1 {
    const frame = this.#frames.at(-1);
    if (this.#expected === 'nothing') throw this.#syntax(at);
    if (frame === undefined) return this.#root(byte);
    if (this.#expected === 'colon') {
      if (byte !== colon) throw this.#syntax(at);
      this.#expected = 'value';
      return 1;
    }
    if (byte === (frame.names === null ? closeBracket : closeBrace)) {
      // Either something was read just before, or nothing at all: after a comma something must follow.
      const isEmpty = !frame.filled && this.#expected === (frame.names === null ? 'value' : 'name');
      if (this.#expected !== 'comma' && !isEmpty) throw this.#syntax(at);
      this.#leave();
      return 1;
    }
    if (this.#expected === 'comma') {
      if (byte !== comma) throw this.#syntax(at);
      this.#expected = frame.names === null ? 'value' : 'name';
      if (frame.names === null) this.#path[this.#path.length - 1] = Number(this.#path.at(-1)) + 1;
      return 1;
    }
    if (this.#expected === 'name') {
      if (byte !== quote) throw this.#syntax(at);
      this.#cutting = 'name';
      this.#text.begin(byte);
      return 0;
    }
    return this.#value(byte, frame);
  }

  #root(byte: number): 1 {
    if (byte !== openBrace) {
      const start = this.#start.toString('utf8').replace(/^\ufeff/, '');
      throw unreadable(this.#options.name, 'wrong_format', this.#options.mistaken(start));
    }
    this.#enter(this.#options.shape, true);
    return 1;
  }

  #value(byte: number, frame: Frame): 0 | 1 {
    const name = this.#path.at(-1) as string;
    const shape = frame.names === null ? frame.shape.items : (ownMember(frame.shape.members, name) ?? frame.shape.others);
    frame.filled = true;
    if (byte === openBrace && (shape?.members !== undefined || shape?.others !== undefined)) this.#enter(shape, true);
    else if (byte === openBracket && shape?.items !== undefined) this.#enter(shape, false);
    else {
      this.#cutting = 'value';
      this.#text.begin(byte);
      return 0;
    }
    return 1;
  }

  #enter(shape: JsonShape, isObject: boolean): void {
    if (this.#frames.length >= maxDepth) throw this.#tooDeep();
    this.#frames.push({ shape, names: isObject ? new Set() : null, filled: false });
    this.#options.handler.open?.(this.#path);
    this.#path.push(isObject ? '' : 0);
    this.#expected = isObject ? 'name' : 'value';
  }

  #leave(): void {
    this.#frames.pop();
    this.#path.pop();
    this.#expected = this.#frames.length === 0 ? 'nothing' : 'comma';
  }

  #checkSize(more: number): void {
    if (this.#text.keptBytes + more > maxValueBytes)
      throw unreadable(
        this.#options.name,
        'too_large',
        `${pointerOf(this.#path)} has more than the ${maxValueBytes} bytes that one value may have`,
        'REPORT_TOO_LARGE',
      );
  }

  #take(bytes: Buffer, from: number, to: number): void {
    const text = this.#text.take(bytes, from, to, this.#isAscii);
    const cutting = this.#cutting;
    this.#cutting = null;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#syntax(from);
    }
    if (cutting === 'name') {
      this.#named(value as string);
      return;
    }
    this.#expected = 'comma';
    if (namesIn(value) === this.#text.names) this.#options.handler.value(value, this.#path);
    else this.#refuse(text);
  }

  #named(name: string): void {
    const names = this.#frames.at(-1)?.names;
    this.#path[this.#path.length - 1] = name;
    this.#expected = 'colon';
    if (name === '__proto__') this.#options.faults.add(pointerOf(this.#path), 'forbidden_name', 'is a name that no field may have');
    if (names?.has(name)) this.#options.faults.add(pointerOf(this.#path), 'duplicate_name', 'occurs twice in its object');
    names?.add(name);
  }

  /** Fewer names came out of the parser than went in: the strict parser says which. */
  #refuse(text: string): void {
    const pointer = pointerOf(this.#path);
    try {
      parseStrictJson(text);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      this.#options.faults.addAll(error.faults, pointer);
      return;
    }
    this.#options.faults.add(pointer, 'syntax', 'is not valid JSON');
  }

  #tooDeep() {
    return unreadable(this.#options.name, 'too_deep', `${pointerOf(this.#path)} nests deeper than ${maxDepth}`);
  }

  #syntax(at: number) {
    const start = this.#start.toString('utf8').replace(/^\ufeff/, '');
    return unreadable(this.#options.name, 'syntax', `${this.#options.mistaken(start)} (byte ${this.#offset + at})`);
  }
}

function ownMember(members: Readonly<Record<string, JsonShape>> | undefined, name: string): JsonShape | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}
