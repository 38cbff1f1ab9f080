export { publicNameFiles } from './public-names.ts';
export { publishedPackages } from './published-package.ts';

export type { PublishedPackage } from './published-package.ts';
