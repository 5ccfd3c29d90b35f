import { join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { CONFIG_FILE, outputPathOf, variantOf } from '../config';

export interface PathOptions {
  /** The config file, from the root of the workspace. */
  readonly config?: string;
  /** Folder of the outputs, from the root of the workspace. */
  readonly outputPath?: string;
}

/** The config file, from the current folder, and the folder of the outputs, absolute. */
export function pathsOf({ config, outputPath }: PathOptions, context: ExecutorContext) {
  const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
  return {
    config: relative('.', join(context.root, config ?? join(root, CONFIG_FILE))),
    folder: resolve(
      context.root,
      outputPath ?? outputPathOf(root, config === undefined ? undefined : variantOf(config)),
    ),
  };
}
