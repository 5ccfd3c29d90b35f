import { basename, dirname, relative, resolve } from 'node:path';
import { getProjects, type Tree, visitNotIgnoredFiles } from '@nx/devkit';
import { FactoryError } from 'nvs-core';
import { nearest } from 'nvs-core/errors';
import { initErrors } from '../../errors';
import { type FileReader, isEspIdfProject } from '../../firmware';
import { type App, isApp } from '../../init';

/** Folders with apps of dependencies and builds. */
const FOREIGN =
  /(^|\/)(node_modules|managed_components|build|dist|factory-output|esp-idf|esp-matter|connectedhomeip)(\/|$)/;

/**
 * The app of an argument: a project of Nx, a folder (relative to the workspace or to `cwd`), or the folder name of an
 * ESP-IDF app that is not a project yet.
 * Errors: init.project-unknown, init.project-ambiguous, init.project-name-taken, init.not-esp-idf.
 */
export function findApp(tree: Tree, files: FileReader, argument: string, cwd = process.cwd()): App {
  const projects = new Map([...getProjects(tree)].map(([name, { root }]) => [name, root || '.']));
  const known = projects.get(argument);
  if (known !== undefined) return assertApp(tree, files, { name: argument, root: known });

  const folder = folderOf(tree, argument, cwd);
  if (folder !== undefined) return assertApp(tree, files, named(folder, projects, tree));

  const apps = espIdfApps(tree, files);
  const matching = apps.filter((root) => nameOfFolder(root, tree) === argument);
  if (matching.length > 1)
    throw initErrors.error('init.project-ambiguous', { project: argument, folders: matching });
  const [root] = matching;
  if (root !== undefined) return named(root, projects, tree);
  const names = [...apps.map((app) => nameOfFolder(app, tree)), ...apps, ...projects.keys()];
  throw initErrors.error('init.project-unknown', {
    project: argument,
    suggestion: nearest(argument, names),
    apps,
  });
}

function assertApp(tree: Tree, files: FileReader, app: App): App {
  if (isApp(files, app.root)) return app;
  const below = espIdfApps(tree, files).filter(
    (root) => app.root === '.' || root.startsWith(`${app.root}/`) || dirname(root) === dirname(app.root),
  );
  const suggestion = below.length === 1 ? below[0] : nearest(app.root, below);
  throw initErrors.error('init.not-esp-idf', { root: app.root, suggestion });
}

/** The folder of a path in the workspace, if it exists; a path that begins with a dot is relative to `cwd`. */
function folderOf(tree: Tree, argument: string, cwd: string): string | undefined {
  const workspace = resolve(tree.root);
  const bases = argument.startsWith('.') ? [cwd, workspace] : [workspace, cwd];
  for (const base of bases) {
    const root = relative(workspace, resolve(base, argument)).replaceAll('\\', '/');
    if (root === '') return '.';
    if (root === '..' || root.startsWith('../')) continue;
    if (tree.exists(root) && !tree.isFile(root)) return root;
  }
  return undefined;
}

/** The project of a folder; a folder that is not a project yet gets its folder name from the plugin. */
function named(root: string, projects: ReadonlyMap<string, string>, tree: Tree): App {
  const own = [...projects].find(([, folder]) => folder === root);
  if (own !== undefined) return { name: own[0], root };
  const name = nameOfFolder(root, tree);
  const other = projects.get(name);
  if (other !== undefined) throw initErrors.error('init.project-name-taken', { name, root, other });
  return { name, root };
}

function nameOfFolder(root: string, tree: Tree): string {
  return basename(root === '.' ? resolve(tree.root) : root);
}

/** Whether the folder is an ESP-IDF app; a file that cannot be read is a problem of its app alone. */
function isReadableApp(root: string, files: FileReader): boolean {
  try {
    return isEspIdfProject(root, files);
  } catch (error) {
    if (error instanceof FactoryError) return false;
    throw error;
  }
}

/** The folders of all ESP-IDF apps in the workspace, sorted. */
export function espIdfApps(tree: Tree, files: FileReader): string[] {
  const apps: string[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => {
    const file = path.replaceAll('\\', '/');
    if (basename(file) !== 'CMakeLists.txt' || FOREIGN.test(dirname(file))) return;
    if (isReadableApp(dirname(file), files)) apps.push(dirname(file));
  });
  return apps.sort();
}
