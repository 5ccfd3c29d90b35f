/** The names of projects as Nx knows them, and the name that an app will have. */
import { basename, resolve } from 'node:path';
import { getProjects, readCachedProjectGraph, type Tree, workspaceRoot } from '@nx/devkit';
import { initErrors } from '../../errors';
import { joinPath } from '../../firmware';

/** The folders of projects by their names. */
export type Projects = ReadonlyMap<string, string>;

/** The projects with a file of their own, and those that only plugins know, under the names that Nx gives them. */
export function projectsOf(tree: Tree): Projects {
  const names = new Map<string, string>();
  for (const [name, { root }] of getProjects(tree)) names.set(root || '.', name);
  for (const { name, root } of graphProjects(tree)) names.set(root || '.', name);
  return new Map([...names].map(([root, name]) => [name, root]));
}

/** The project graph that Nx made before it ran the generator; none for a Tree of another folder. */
function graphProjects(tree: Tree): readonly { readonly name: string; readonly root: string }[] {
  if (resolve(tree.root) !== resolve(workspaceRoot)) return [];
  let nodes: ReturnType<typeof readCachedProjectGraph>['nodes'];
  try {
    ({ nodes } = readCachedProjectGraph());
  } catch {
    // There is none yet: then only files name projects.
    return [];
  }
  return Object.values(nodes).map(({ name, data }) => ({ name, root: data.root }));
}

/**
 * The name of the project in a folder, or the one that it will get from the plugin. Errors: init.project-name-taken.
 */
export function projectName(root: string, projects: Projects, tree: Tree): string {
  const known = [...projects].find(([, folder]) => folder === root)?.[0];
  if (known !== undefined) return known;
  const written = writtenName(root, tree);
  const name = written?.name ?? inferredName(root, projects, tree);
  const other = projects.get(name);
  if (other === undefined) return name;
  const file = written?.file ?? joinPath(root, 'project.json');
  throw initErrors.error('init.project-name-taken', {
    name,
    root,
    other,
    file,
    free: freeName(root, projects),
  });
}

/** The name in the package.json of a folder that is in no list of workspaces; Nx reads it once the plugin names the folder. */
function writtenName(root: string, tree: Tree): { readonly file: string; readonly name: string } | undefined {
  const file = joinPath(root, 'package.json');
  const text = tree.exists(file) ? tree.read(file, 'utf-8') : null;
  if (text === null) return undefined;
  try {
    const { nx, name } = JSON.parse(text) as { name?: unknown; nx?: { name?: unknown } };
    const found = [nx?.name, name].find((value) => typeof value === 'string' && value !== '');
    return found === undefined ? undefined : { file, name: found as string };
  } catch {
    return undefined;
  }
}

/** The plugin names an app after its folder, or after its path where others of that folder name have theirs. */
function inferredName(root: string, projects: Projects, tree: Tree): string {
  const folder = nameOfFolder(root, tree);
  const others = [...projects].filter(
    ([name, other]) => basename(other) === folder && name === pathName(other),
  );
  return others.some(([name]) => name !== folder) ? pathName(root) : folder;
}

function pathName(root: string): string {
  return root.replaceAll('/', '-');
}

/** A name that no project has. */
function freeName(root: string, projects: Projects): string {
  const first = root === '.' ? 'firmware' : pathName(root);
  for (let name = first; ; name = `${name}-firmware`) if (!projects.has(name)) return name;
}

export function nameOfFolder(root: string, tree: Tree): string {
  return basename(root === '.' ? resolve(tree.root) : root);
}
