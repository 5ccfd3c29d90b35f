import { basename, dirname, relative, resolve } from 'node:path';
import { type Tree, visitNotIgnoredFiles } from '@nx/devkit';
import { FactoryError } from 'nvs-core';
import { nearest } from 'nvs-core/errors';
import { initErrors } from '../../errors';
import { type FileReader, isEspIdfProject } from '../../firmware';
import { type App, isApp, withoutLinks } from '../../init';
import { nameOfFolder, type Projects, projectName, projectsOf } from './project-names';

/** Folders with apps of dependencies and builds. */
const FOREIGN =
  /(^|\/)(node_modules|managed_components|build|dist|factory-output|esp-idf|esp-matter|connectedhomeip)(\/|$)/;

/**
 * The app of an argument: a project of Nx, a folder (relative to the workspace or to `cwd`), or the folder name of an
 * ESP-IDF app that is not a project yet. Links are followed inside the workspace.
 * Errors: init.project-unknown, init.project-ambiguous, init.project-name-taken, init.not-esp-idf, init.link-outside.
 */
export function findApp(
  tree: Tree,
  files: FileReader,
  argument: string,
  cwd = process.cwd(),
  projects: Projects = projectsOf(tree),
): App {
  const appIn = (root: string) => ({ name: projectName(root, projects, tree), root });
  const folder = projects.get(argument) ?? folderOf(tree, argument, cwd);
  if (folder !== undefined) {
    const root = withoutLinks(tree.root, folder);
    assertApp(tree, files, root);
    return appIn(root);
  }

  const apps = espIdfApps(tree, files);
  const matching = apps.filter((root) => nameOfFolder(root, tree) === argument);
  if (matching.length > 1)
    throw initErrors.error('init.project-ambiguous', { project: argument, folders: matching });
  const [root] = matching;
  if (root !== undefined) return appIn(root);
  const names = [...apps.map((app) => nameOfFolder(app, tree)), ...apps, ...projects.keys()];
  throw initErrors.error('init.project-unknown', {
    project: argument,
    suggestion: nearest(argument, names),
    apps,
  });
}

function assertApp(tree: Tree, files: FileReader, root: string): void {
  if (isApp(files, root)) return;
  const below = espIdfApps(tree, files).filter(
    (app) => root === '.' || app.startsWith(`${root}/`) || dirname(app) === dirname(root),
  );
  const suggestion = below.length === 1 ? below[0] : nearest(root, below);
  throw initErrors.error('init.not-esp-idf', { root, suggestion });
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

/** Whether the folder is an ESP-IDF app; a file that cannot be read is a problem of its app alone. */
function isReadableApp(root: string, files: FileReader): boolean {
  try {
    return isEspIdfProject(root, files);
  } catch (error) {
    if (error instanceof FactoryError) return false;
    throw error;
  }
}

/** The folders of all ESP-IDF apps in the workspace, sorted; none behind a link: it has its own folder, or is outside. */
export function espIdfApps(tree: Tree, files: FileReader): string[] {
  const apps: string[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => {
    const file = path.replaceAll('\\', '/');
    if (basename(file) !== 'CMakeLists.txt' || FOREIGN.test(dirname(file))) return;
    const root = dirname(file);
    if (isReadableApp(root, files) && !isLinked(tree.root, root)) apps.push(root);
  });
  return apps.sort();
}

function isLinked(workspace: string, root: string): boolean {
  try {
    return withoutLinks(workspace, root) !== root;
  } catch (error) {
    if (error instanceof FactoryError) return true;
    throw error;
  }
}
