import type { ReasonClass } from '@promotable/contracts';
import { bundleJson } from './bundle-file.ts';
import type { SettingName } from './settings.ts';

/** What the policy's METADATA says about one reason code. */
export interface ReasonEntry {
  readonly title: string;
  readonly class: ReasonClass;
  /** Whether a waiver may turn it into a warning; an override may turn every reason but those of integrity. */
  readonly waivable: boolean;
  /** Neither waiver nor override may turn it. */
  readonly integrity: boolean;
  /** Who acts on it: `service`, `platform`, `security`, or `nobody`. */
  readonly owner: string;
  /** Rego package that finds it. */
  readonly package: string;
  /** Settings whose value decides whether it is found, in the layers of `data/`. */
  readonly settings: readonly SettingName[];
  readonly description: string;
  /** Template with `{param}` or `{param:format}` placeholders. */
  readonly message: string;
  /** Template of what to do about it. */
  readonly fix: string;
}

/** Every reason code, generated from the METADATA of the rules (`bundle/catalog.json`). */
export const reasonCatalog: Readonly<Record<string, ReasonEntry>> = bundleJson('bundle/catalog.json');
