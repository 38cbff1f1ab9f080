// Keys of unknown make: long runs of capitals, small letters and digits that spell no words.

/** Not what follows `sha512:` or `SHA256:`, which is a digest or a key id. */
export const opaqueRun = /(?<![A-Za-z0-9+_=-]|\bsha(?:1|256|384|512):|\bSHA256:)[A-Za-z0-9+_=-]{24,1024}/g;

/** The same as other tools write it: `sha512-…`. */
const digestPrefix = /^sha(?:1|256|384|512)[-_=]/i;
const word = /[A-Z]?[a-z]{2,}/g;

/** Bits per character; random base64 of 24 characters has about 4.2. */
const leastEntropy = 3.7;
/** Of all characters, how many may stand in words: 0.4 in random base64, 0.8 in `handlesUtf8AndBase64`. */
const mostInWords = 0.65;

export function looksRandom(text: string): boolean {
  if (digestPrefix.test(text) || !/[A-Z]/.test(text) || !/[a-z]/.test(text) || !/[0-9][^0-9]*[0-9]/.test(text)) return false;
  const inWords = (text.match(word) ?? []).reduce((sum, { length }) => sum + length, 0);
  return inWords / text.length <= mostInWords && entropyOf(text) >= leastEntropy;
}

/** Shannon's, over the frequencies of the characters. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
