import { formatFiles, type GeneratorCallback, logger, type Tree } from '@nx/devkit';
import { FactoryError, formatFindings, randomBytes } from 'nvs-core';
import { setUpApp } from './app';
import { Draft } from './draft';
import { addIgnoreLines } from './ignore';
import { findApp } from './project';
import { terminalOf } from './questions';
import { addDependencies, registerPlugin } from './registration';
import type { InitOptions } from './schema';

/** Sets up factory data for an app; without one it registers the plugin. */
export default async function initGenerator(tree: Tree, options: InitOptions): Promise<GeneratorCallback> {
  try {
    return await run(tree, options);
  } catch (error) {
    throw error instanceof FactoryError ? refusal(error) : error;
  }
}

async function run(tree: Tree, options: InitOptions): Promise<GeneratorCallback> {
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
  logger.info(`\n${done?.next ?? REGISTERED}\n`);
  return install ?? (() => {});
}

const REGISTERED = [
  'The plugin is registered. For each ESP-Matter app:',
  '  nx g nx-esp32-factory:init <app>    the name of a project, or the folder of the app',
].join('\n');

/** Nx prints the message of an error, and its stack where there is one: bad input has none. */
function refusal({ findings }: FactoryError): Error {
  return Object.assign(new Error(formatFindings(findings)), { findings, stack: '' });
}
