import {
  addDependenciesToPackageJson,
  type GeneratorCallback,
  getProjects,
  type NxJsonConfiguration,
  readJson,
  type Tree,
  updateJson,
  writeJson,
} from '@nx/devkit';
import { version } from '../../../package.json';

const PACKAGE = 'nx-esp32-factory';
const PLUGIN = `${PACKAGE}/plugin`;

/** Adds the plugin to nx.json unless it is there, and keeps everything else. */
export function registerPlugin(tree: Tree): void {
  if (!tree.exists('nx.json')) {
    writeJson<NxJsonConfiguration>(tree, 'nx.json', { plugins: [PLUGIN] });
    return;
  }
  const { plugins = [] } = readJson<NxJsonConfiguration>(tree, 'nx.json');
  if (plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN)) return;
  updateJson<NxJsonConfiguration>(tree, 'nx.json', (json) => ({ ...json, plugins: [...plugins, PLUGIN] }));
}

type Dependencies = Readonly<Record<string, string>>;

/** Adds the plugin to package.json; undefined if it is there. */
export function addDependencies(tree: Tree): GeneratorCallback | undefined {
  if (!tree.exists('package.json')) return undefined;
  const json = readJson<{ dependencies?: Dependencies; devDependencies?: Dependencies }>(
    tree,
    'package.json',
  );
  const present: Dependencies = { ...json.dependencies, ...json.devDependencies };
  const local = getProjects(tree).has(PACKAGE);
  if (local || present[PACKAGE] !== undefined) return undefined;
  return addDependenciesToPackageJson(tree, {}, { [PACKAGE]: `^${version}` });
}
