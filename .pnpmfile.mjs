/** The export condition by which members of this workspace find each other's sources. */
const sources = '@promotable/source';

const withoutSources = (/** @type {Record<string, unknown>} */ exports) =>
  Object.fromEntries(
    Object.entries(exports).map(([path, target]) => {
      if (typeof target !== 'object' || target === null) return [path, target];
      return [path, Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== sources))];
    }),
  );

export const hooks = {
  /**
   * What only this workspace can use stays here: sources, scripts and development dependencies are not in a tarball.
   * @param {Record<string, unknown> & {exports?: Record<string, unknown>}} manifest
   */
  beforePacking({ devDependencies: _devDependencies, scripts: _scripts, exports = {}, ...manifest }) {
    return { ...manifest, exports: withoutSources(exports) };
  },
};
