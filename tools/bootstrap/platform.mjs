import { BootstrapFailure } from './failure.mjs';
import { toolchains } from './pins.mjs';

/**
 * The key of {@link toolchains} for this machine.
 * @param {{platform: string, arch: string, glibc: string | undefined}} machine
 * @returns {keyof typeof toolchains}
 */
export function platformOf(machine = thisMachine()) {
  const key = `${machine.platform}-${machine.arch}`;
  const known = Object.keys(toolchains).join(', ');
  if (!(key in toolchains))
    throw new BootstrapFailure(`There is no pinned toolchain for ${key}: use one of ${known}, for example in a container.`);
  if (machine.platform === 'linux' && machine.glibc === undefined) {
    throw new BootstrapFailure(
      `The pinned toolchain needs glibc, which this ${key} lacks (musl?): use a glibc distribution such as Debian, for example in a container.`,
    );
  }
  return /** @type {keyof typeof toolchains} */ (key);
}

function thisMachine() {
  const report = /** @type {{header?: {glibcVersionRuntime?: string}}} */ (process.report.getReport());
  return { platform: process.platform, arch: process.arch, glibc: report.header?.glibcVersionRuntime };
}
