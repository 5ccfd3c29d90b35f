import { formatFiles, type GeneratorCallback, logger, type Tree } from '@nx/devkit';
import { FactoryError, randomBytes } from 'nvs-core';
import { displayPath, type OutputFile, writeOutputs } from '../../files';
import { joinPath } from '../../firmware';
import { setUpApp } from './app';
import { withoutStack } from './bad-input';
import { CONFIG_FILE } from './config-file';
import { Draft } from './draft';
import { addIgnoreLines } from './ignore';
import { stepsWithoutApp } from './messages';
import { espIdfApps, findApp } from './project';
import { terminalOf } from './questions';
import { addDependencies, registerPlugin } from './registration';
import type { InitOptions } from './schema';

/**
 * Sets up factory data for an app; without an app, only registers the plugin. The function returned must be called when
 * the Tree has been written: it writes the private keys, and installs packages. Nx does not call it on a dry run.
 */
export default async function initGenerator(
  tree: Tree,
  options: InitOptions,
): Promise<GeneratorCallback | undefined> {
  try {
    return await run(tree, options);
  } catch (error) {
    throw error instanceof FactoryError ? withoutStack(error) : error;
  }
}

async function run(tree: Tree, options: InitOptions): Promise<GeneratorCallback | undefined> {
  const draft = new Draft(tree);
  const done =
    options.project === undefined
      ? undefined
      : await setUpApp(tree, draft, findApp(tree, draft, options.project), options, {
          random: randomBytes,
          terminal: terminalOf(process),
        });
  addIgnoreLines(draft, done?.privateKeys);

  draft.apply();
  registerPlugin(tree);
  const install = options.skipPackageJson === true ? undefined : addDependencies(tree);
  if (options.skipFormat !== true) await formatFiles(tree);
  logger.info(`\n${done?.next ?? stepsWithoutApp(tree, appsToSetUp(tree, draft))}\n`);
  const keys = draft.privateKeys();
  return keys.length === 0 ? install : () => finish(keys, tree.root, install);
}

/** Writes the private keys: with mode 0600 from the start, all or none. */
async function finish(
  keys: readonly OutputFile[],
  root: string,
  install: GeneratorCallback | undefined,
): Promise<void> {
  try {
    writeOutputs(keys, { within: root });
  } catch (error) {
    throw error instanceof FactoryError ? withoutStack(error) : error;
  }
  logger.info(keys.map(({ path }) => `CREATE ${displayPath(path)} (only for you: mode 0600)`).join('\n'));
  await install?.();
}

/** The apps in the workspace without a config. */
function appsToSetUp(tree: Tree, draft: Draft): string[] {
  return espIdfApps(tree, draft).filter((root) => !tree.exists(joinPath(root, CONFIG_FILE)));
}
