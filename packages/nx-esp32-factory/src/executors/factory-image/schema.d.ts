import type { OverrideName } from '../../config';

/** Options of the target, some of which override the config. */
export type FactoryImageOptions = {
  /** The config file, from the root of the workspace. */
  readonly config?: string;
  /** Folder of the outputs, from the root of the workspace. */
  readonly outputPath?: string;
} & { readonly [name in OverrideName]?: unknown };
