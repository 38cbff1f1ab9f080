import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { runProgram, runs } from '../cache/run-program.ts';
import { debianPackages } from '../installers/debian-packages.ts';
import { onPath } from '../installers/on-path.ts';

/** What `playwright-core` needs to launch it: `chromium.launch({ executablePath, args: [...args] })`. */
export interface Chromium {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/** No window, no call home. Without its own sandbox: that needs root's help or user namespaces, and only our own pages are opened. */
const args: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** An installed Chromium or Chrome that runs: the user's CHROMIUM_PATH, else the first on PATH; null when there is none. */
export async function findChromium(): Promise<string | null> {
  const given = process.env['CHROMIUM_PATH'];
  for (const candidate of given ? [given] : names.map((name) => onPath(name))) {
    if (candidate !== null && (await runs(candidate, ['--version']))) return candidate;
  }
  return null;
}

/** An installed one, else Debian's, unpacked into the cache with every library and a font that the system lacks. Throws `PART_UNAVAILABLE`. */
export async function chromium(options: CacheOptions = {}): Promise<Chromium> {
  const installed = await findChromium();
  if (installed !== null) return { executablePath: installed, args };
  const directory = await debianPackages(
    { name: 'chromium', version: '120', packages: ['chromium', 'fonts-liberation', 'fontconfig-config'], complete },
    options,
  );
  return { executablePath: join(directory, 'run-chromium'), args };
}

/** Writes a start script that finds everything beside itself, and proves that it works. */
async function complete(directory: string, signal: AbortSignal): Promise<void> {
  await writeFile(join(directory, 'fonts.conf'), fonts);
  await writeFile(join(directory, 'run-chromium'), script);
  await chmod(join(directory, 'run-chromium'), 0o755);
  await runProgram(join(directory, 'run-chromium'), ['--version'], { signal });
}

const script = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for libraries in "$here"/usr/lib/*-linux-gnu "$here"/lib/*-linux-gnu "$here"/usr/lib/*-linux-gnu/pulseaudio; do
  [ -d "$libraries" ] && LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$libraries"
done
export LD_LIBRARY_PATH FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/usr/lib/chromium/chromium" "$@"
`;

const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
