import { gunzipSync } from 'node:zlib';

/** One file out of a gzipped tar (POSIX ustar: 512-byte headers, name at 0, octal size at 124). */
export function tarEntry(archive: Uint8Array, name: string): Uint8Array {
  const tar = gunzipSync(archive);
  for (let offset = 0; offset + 512 <= tar.length; ) {
    const header = tar.subarray(offset, offset + 512);
    const size = Number.parseInt(text(header.subarray(124, 136)), 8) || 0;
    if (text(header.subarray(0, 100)) === name) return tar.subarray(offset + 512, offset + 512 + size);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the bundle holds no ${name}`);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').split('\0')[0]?.trim() ?? '';
}
