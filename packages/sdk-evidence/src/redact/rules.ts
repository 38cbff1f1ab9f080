import { isPerson, userDirectory } from './user-path.ts';
import { looksRandom, opaqueRun } from './high-entropy.ts';

/** One kind of secret or personal datum and how it is recognised. */
export interface RedactionRule {
  /** Stable name; it appears in `[redacted:<name>]` and in the record's `redactions`. */
  readonly name: string;
  /** Global; every repetition is bounded or ends on a disjoint character, so that no input makes it backtrack. */
  readonly pattern: RegExp;
  /** Whether what the pattern found is one; @default always */
  readonly accept?: (found: string) => boolean;
  /** A guess about what a text looks like, and no known form: identifiers are not held against it, and it may be switched off. @default false */
  readonly optional?: boolean;
}

/**
 * In order of application: what encloses others (a private key, a URL with a password) comes first.
 * A false alarm costs a name, a miss publishes a secret, so the patterns are generous.
 */
export const redactionRules: readonly RedactionRule[] = [
  // To the end of the text when the closing line is cut off.
  {
    name: 'private-key',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  { name: 'url-credentials', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'<>]{0,256}:[^\s/@"'<>]{1,512}@[^\s"'<>]{0,512}/gi },
  { name: 'url-credentials', pattern: /\bhttps?:\/\/[^\s/@:"'<>]{8,512}@[^\s"'<>]{0,512}/gi },
  { name: 'slack-webhook', pattern: /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{8,256}/g },
  { name: 'jwt', pattern: /\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}/g },
  { name: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{16,255})/g },
  {
    name: 'gitlab-token',
    pattern: /\b(?:gl(?:pat|ptt|dt|rt|rtr|cbt|soat|oas|imt|ft|agent|ffct)-[A-Za-z0-9_.-]{16,255}|GR1348941[A-Za-z0-9_-]{16,64})/g,
  },
  { name: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{20,255}/g },
  { name: 'slack-token', pattern: /\b(?:xox[a-z]{1,2}|xapp|xwfp)-[A-Za-z0-9-]{8,512}/g },
  { name: 'aws-key-id', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA)[A-Z0-9]{16}/g },
  { name: 'google-key', pattern: /\b(?:AIza[A-Za-z0-9_-]{30,64}|ya29\.[A-Za-z0-9_-]{16,512}|GOCSPX-[A-Za-z0-9_-]{16,64})/g },
  {
    name: 'vendor-key',
    pattern:
      /\b(?:(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,255}|sk-[A-Za-z0-9_-]{16,255}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|pypi-[A-Za-z0-9_-]{16,512}|dop_v1_[a-f0-9]{32,64}|hv[sbr]\.[A-Za-z0-9_-]{16,512}|dckr_pat_[A-Za-z0-9_-]{16,64}|AGE-SECRET-KEY-1[A-Z0-9]{20,64})/g,
  },
  // "Basic functionality" is prose: a short value must look like one, by an inner capital, a digit or a special character.
  {
    name: 'authorization',
    pattern:
      /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)[ \t:=]{1,4}["']?(?:[A-Za-z0-9._~+/=-]{16,2048}|(?=[A-Za-z]{1,15}[A-Z0-9._~+/=-])[A-Za-z0-9._~+/=-]{8,15})/g,
  },
  // `name=value`, `"name": "value"`, and `name: value` where the value is more than a word of prose; quotes may be escaped, as in JSON within JSON.
  {
    name: 'credential',
    pattern:
      /(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|api[_-]?key|access[_-]?key|account[_-]?key|signing[_-]?key|private[_-]?key|session[_-]?key|auth[_-]?key)[A-Za-z0-9_-]{0,32}\\{0,4}["']?(?:\s{0,3}=\s{0,3}\\{0,4}["']?[^\s"'&,;<>]{4,2048}|\s{0,3}:\s{0,3}\\{0,4}["'][^"'\r\n]{4,2048}["']?|\s{0,3}:\s{0,3}(?=[^\s"'&,;<>]{0,256}[0-9])[^\s"'&,;<>]{6,2048})/gi,
  },
  { name: 'email', pattern: /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}/g, optional: true },
  { name: 'user-path', pattern: userDirectory, accept: isPerson, optional: true },
  { name: 'high-entropy', pattern: opaqueRun, accept: looksRandom, optional: true },
];
