import type { SbomHead } from './sbom-format.ts';

/** Recognises what people give instead of a bill of materials, and says what to do. */
export function mistakenForSbom(head: SbomHead): string {
  const context = head['@context'];
  if (typeof context === 'string' && context.includes('spdx')) return 'is SPDX 3 (JSON-LD); give SPDX 2.3 or CycloneDX as JSON';
  if ('spdxVersion' in head) return 'is an SPDX document, not CycloneDX; e.g. `npm sbom --sbom-format cyclonedx` makes one';
  if ('descriptor' in head && 'schema' in head) return "is Syft's own JSON, not CycloneDX; `syft -o cyclonedx-json` makes one";
  if ('SPDXID' in head) return 'is an SPDX document without "spdxVersion"; give SPDX 2.3 as JSON';
  if ('payload' in head || 'dsseEnvelope' in head) return 'is a signed envelope; give the document that lies inside it';
  if ('lockfileVersion' in head) return 'is a lockfile; make a bill of materials from it, e.g. `npm sbom --sbom-format cyclonedx`';
  if ('matches' in head || 'runs' in head || 'SchemaVersion' in head) return 'is the result of a scan, not a bill of materials';
  return 'is no bill of materials: CycloneDX has "bomFormat", SPDX "spdxVersion", Syft JSON "schema" and "descriptor"';
}

/** The same for text that is no JSON object. */
export function mistakenText(text: string): string {
  const start = text.trimStart().slice(0, 200).toLowerCase();
  if (start.startsWith('spdxversion:')) return 'is SPDX tag-value text; give SPDX or CycloneDX as JSON';
  if (start.includes('<!doctype html') || start.startsWith('<html')) return 'is an HTML page, perhaps an error page saved by a download';
  if (start.startsWith('<')) return 'is XML; give JSON';
  if (start.startsWith('[')) return 'is a JSON array; such a document is one object';
  if (/^(?:null|true|false|-?\d|")/.test(start)) return 'is not a JSON object';
  return 'is not JSON: perhaps cut off, or mixed with log lines';
}
