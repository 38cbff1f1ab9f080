/** The parts of a package URL that a VEX statement is matched by, percent-decoded. */
interface PurlParts {
  /** `type/namespace/name`; the type in lower case. */
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/**
 * Whether a statement about `stated` speaks of `purl`: same type, namespace and name; the same version where it states one; and each
 * qualifier that it states. A statement without a version speaks of all of them, as in the OpenVEX reference implementation.
 */
export function purlMatches(stated: string, purl: string): boolean {
  const [a, b] = [partsOf(stated), partsOf(purl)];
  if (a === null || b === null || a.name !== b.name) return false;
  if (a.version !== null && a.version !== b.version) return false;
  return [...a.qualifiers].every(([key, value]) => b.qualifiers.get(key) === value);
}

function partsOf(text: string): PurlParts | null {
  const match = /^pkg:\/{0,2}([A-Za-z][A-Za-z0-9.+-]*)\/([^?#]+?)(?:\?([^#]*))?(?:#.*)?$/.exec(text);
  if (match === null) return null;
  const [, type = '', path = '', query = ''] = match;
  const at = path.lastIndexOf('@');
  // An unescaped `@` at the beginning of a segment is an npm scope, not a version.
  const hasVersion = at > 0 && path[at - 1] !== '/';
  try {
    return {
      name: `${type.toLowerCase()}/${decodeURIComponent(hasVersion ? path.slice(0, at) : path).replace(/\/+$/, '')}`,
      version: hasVersion ? decodeURIComponent(path.slice(at + 1)) : null,
      qualifiers: new Map(
        query
          .split('&')
          .filter((pair) => pair.includes('='))
          .map((pair) => {
            const [key = '', ...value] = pair.split('=');
            return [key.toLowerCase(), decodeURIComponent(value.join('='))];
          }),
      ),
    };
  } catch {
    // A malformed percent sequence.
    return null;
  }
}
