import { backslash, closeBrace, closeBracket, colon, comma, isSpace, openBrace, openBracket, quote } from './json-bytes.ts';

/** The text of one value or name, cut out of chunks byte by byte; whether it is JSON is for JSON.parse to say. */
export class JsonText {
  #isScalar = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #names = 0;
  #nesting = 0;

  /** Names of members in it so far, all levels together. */
  get names(): number {
    return this.#names;
  }

  /** How deep it has gone so far. */
  get nesting(): number {
    return this.#nesting;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** @param byte its first, which `endIn` is given too */
  begin(byte: number): void {
    this.#isScalar = byte !== openBrace && byte !== openBracket && byte !== quote;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#names = 0;
    this.#nesting = 0;
  }

  /** Index behind the text, -1 where it goes on in the next chunk. */
  endIn(bytes: Buffer, from: number): number {
    return this.#isScalar ? endOfScalar(bytes, from) : this.#endOfStructure(bytes, from);
  }

  /** The hot loop: every byte of a document passes here. */
  #endOfStructure(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let at = from;
    let end = -1;
    let depth = this.#depth;
    let nesting = this.#nesting;
    let inString = this.#inString;
    let names = this.#names;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    while (at < length) {
      let byte = bytes[at++] as number;
      if (inString) {
        while (byte !== quote && byte !== backslash && at < length) byte = bytes[at++] as number;
        if (byte === backslash) {
          if (at === length) this.#escaped = true;
          else at++;
        } else if (byte === quote) {
          inString = false;
          if (depth === 0) {
            end = at;
            break;
          }
        }
      } else if (byte === quote) inString = true;
      else if (byte === colon) names++;
      else if (byte === openBrace || byte === openBracket) {
        if (++depth > nesting) nesting = depth;
      } else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) {
        end = at;
        break;
      }
    }
    this.#depth = depth;
    this.#nesting = nesting;
    this.#inString = inString;
    this.#names = names;
    return end;
  }

  /** What a chunk holds of it, while the rest lies in the next. */
  keep(part: Buffer): void {
    this.#kept.push(Buffer.from(part));
    this.#keptBytes += part.length;
  }

  /** The whole text, whose last part lies in `bytes`. Text of one byte for each character is copied as it is, without being decoded. */
  take(bytes: Buffer, from: number, to: number, isAscii: boolean): string {
    if (this.#kept.length === 0) return bytes.toString(isAscii ? 'latin1' : 'utf8', from, to);
    const text = Buffer.concat([...this.#kept, bytes.subarray(from, to)]).toString('utf8');
    this.#kept = [];
    this.#keptBytes = 0;
    return text;
  }
}

/** Index behind a number or literal, -1 where it goes on in the next chunk. */
function endOfScalar(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (isSpace(byte) || byte === comma || byte === closeBrace || byte === closeBracket) return at;
  }
  return -1;
}
