import { join, relative } from 'node:path';
import { CONFIG_FILE, outputPathOf } from '../config';
import { initGeneratorIn, programIn, runnerIn, shellWord } from '../files';
import { joinPath } from '../firmware';
import type { App } from './app-folder';

/** The commands that init names, as they are typed in this workspace. */
export interface Commands {
  init(app: App, ...options: readonly string[]): string;
  image(app: App): string;
  flash(app: App): string;
  /** A path from the root of the workspace, as it is typed in the current folder. */
  path(path: string): string;
}

/** The commands of an Nx workspace. */
export function nxCommands(root: string): Commands {
  const nx = `${runnerIn(root)} nx`;
  return {
    init: ({ name }, ...options) => [initGeneratorIn(root), shellWord(name), ...options].join(' '),
    image: ({ name }) => `${nx} run ${shellWord(`${name}:factory-image`)}`,
    flash: ({ name }) => `${nx} run ${shellWord(`${name}:factory-flash`)} --dryRun`,
    path: (path) => shellWord(path),
  };
}

/** The commands of esp32-factory, where there is no Nx. */
export function ownCommands(root: string, cwd: string = process.cwd()): Commands {
  const here = (path: string) => shellWord(relative(cwd, join(root, path)).replaceAll('\\', '/') || '.');
  const program = programIn(cwd);
  const outputs = ({ root: folder }: App) => here(outputPathOf(folder, undefined));
  return {
    init: (app, ...options) => [`${program} init`, here(app.root), ...options].join(' '),
    image: (app) => `${program} image ${here(joinPath(app.root, CONFIG_FILE))} --output_dir ${outputs(app)}`,
    flash: (app) =>
      `${program} flash ${here(joinPath(app.root, CONFIG_FILE))} --output_dir ${outputs(app)} --dry-run`,
    path: here,
  };
}
