/** Recognises what people give instead of CycloneDX JSON, and says what to do; null when nothing is recognised. */
export function mistakenForCycloneDx(value: unknown): string | null {
  if (Array.isArray(value)) return 'is a JSON array; a CycloneDX document is one object with "bomFormat": "CycloneDX"';
  if (typeof value !== 'object' || value === null) return 'is not a JSON object; a CycloneDX document is one with "bomFormat": "CycloneDX"';
  const document = value as Record<string, unknown>;
  const says = (needle: string) => typeof document['@context'] === 'string' && document['@context'].includes(needle);
  if ('spdxVersion' in document || 'SPDXID' in document || says('spdx')) {
    return 'is an SPDX document; give CycloneDX JSON instead, e.g. `npm sbom --sbom-format cyclonedx` or `syft -o cyclonedx-json`';
  }
  if ('artifacts' in document && 'descriptor' in document) return "is Syft's own JSON; give CycloneDX instead: `syft -o cyclonedx-json`";
  if ('payload' in document || 'dsseEnvelope' in document) return 'is a signed envelope; give the CycloneDX document that lies inside it';
  if ('lockfileVersion' in document) return 'is a lockfile; make a bill of materials from it, e.g. `npm sbom --sbom-format cyclonedx`';
  return null;
}

/** The same for text that is no JSON at all. */
export function mistakenText(text: string): string {
  const start = text.trimStart().slice(0, 200).toLowerCase();
  if (start.startsWith('spdxversion:')) return 'is SPDX tag-value text; give CycloneDX JSON instead';
  if (start.includes('<!doctype html') || start.startsWith('<html')) return 'is an HTML page, perhaps an error page saved by a download';
  if (start.startsWith('<')) return 'is XML; give CycloneDX as JSON';
  return 'is not JSON: perhaps cut off, or mixed with log lines';
}
