// What `rego.metadata.rule()` answers is built anew for every rule of every evaluation, so the WASM is made from METADATA that holds only what rules read.

/** The module with its METADATA cut down to codes, classes and integrity. */
export function withBareMetadata(module: string): string {
  return module.replaceAll(/^# METADATA\n(?:#.*\n)*/gm, (block) => {
    const read = block.split('\n').filter((line) => /^# custom:$|^# {3}(?:code|class|integrity):/.test(line));
    return read.length === 0 ? '' : `${['# METADATA', ...read].join('\n')}\n`;
  });
}
