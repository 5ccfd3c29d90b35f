import { formatFiles, type GeneratorCallback, logger, type Tree } from '@nx/devkit';
import { FactoryError, randomBytes } from 'nvs-core';
import { CONFIG_FILE } from '../../config';
import {
  assertNoLinks,
  displayPath,
  initGeneratorIn,
  type OutputFile,
  shellWord,
  writeOutputs,
} from '../../files';
import { joinPath } from '../../firmware';
import { addIgnoreLines, Draft, type InitOptions, nxCommands, setUpApp, terminalOf } from '../../init';
import { withoutStack } from './bad-input';
import { espIdfApps, findApp } from './find-app';
import { addDependencies, registerPlugin } from './registration';

const SCHEMA = 'node_modules/nx-esp32-factory/factory.config.schema.json';

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
          commands: nxCommands(tree.root),
          schema: SCHEMA,
          print: (text) => logger.info(text),
        });
  addIgnoreLines(draft, done?.ignored);

  const changes = draft.changes();
  const keys = draft.outputs(changes.filter(({ secret }) => secret));
  for (const { path } of keys) assertNoLinks(tree.root, path);
  // Nx creates files with the umask's mode, which is not for keys.
  for (const { path, data, secret } of changes)
    if (!secret) tree.write(path, typeof data === 'string' ? data : Buffer.from(data));
  registerPlugin(tree);
  const install = options.skipPackageJson === true ? undefined : addDependencies(tree);
  if (options.skipFormat !== true) await formatFiles(tree);
  logger.info(`\n${done?.next ?? stepsWithoutApp(tree.root, appsToSetUp(tree, draft))}\n`);
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

const SHOWN_APPS = 8;

/** The next steps after registering the plugin; `apps` are the apps without a config. */
function stepsWithoutApp(root: string, apps: readonly string[]): string {
  const command = `  ${initGeneratorIn(root)}`;
  const more = apps.length > SHOWN_APPS ? [`  and ${apps.length - SHOWN_APPS} more`] : [];
  return apps.length === 0
    ? `The plugin is registered. For each ESP-Matter app, by its name or folder:\n${command} <app>`
    : ['Next:', ...apps.slice(0, SHOWN_APPS).map((app) => `${command} ${shellWord(app)}`), ...more].join(
        '\n',
      );
}
