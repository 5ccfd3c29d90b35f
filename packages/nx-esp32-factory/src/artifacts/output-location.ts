/** Where an output folder may lie: nowhere that another program, Nx's cache included, treats as its own. */
import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { OUTPUT_ROOT } from '../config';
import { factoryErrors } from '../errors';
import { entryOf, isInside, isUnfinished } from '../files';
import { parseManifestFile } from './manifest-file';
import { ALL_NAMES } from './names';

export interface OutputLocation {
  readonly workspaceRoot: string;
  /** The roots of all projects, from the root of the workspace. */
  readonly projectRoots: readonly string[];
}

/** Folders of other programs, wherever they are. */
const RESERVED = ['.git', '.nx', 'node_modules'];

/**
 * Rejects an output folder outside of the workspace, in a folder of Nx, git or npm, in or around a project, or with
 * files of others; links are followed. Nothing is written. Returns where
 * in the workspace the folder is without links.
 *
 * A folder has files of others if git tracks a file in it, or if it has files that we never write and no manifest of
 * ours. That leaves ignored and new sources out of our reach, and still allows notes in a folder that we made. Below
 * factory-output any file may lie.
 *
 * Errors: factory.output-outside, factory.output-reserved, factory.output-in-project, factory.output-has-sources,
 * files.*.
 */
export function assertOutputFolder(folder: string, { workspaceRoot, projectRoots }: OutputLocation): string {
  const root = realpathSync(workspaceRoot);
  const name = relative(workspaceRoot, resolve(folder)) || '.';
  const real = realPathOf(resolve(folder));
  if (!isInside(resolve(workspaceRoot), resolve(folder)) || real === undefined || !isInside(root, real))
    throw factoryErrors.error('factory.output-outside', { folder: name });
  if (real === root) {
    const params = { folder: name, name: 'the root of the workspace' };
    throw factoryErrors.error('factory.output-reserved', params);
  }
  const path = relative(root, real);
  const segments = [...name.split(sep), ...path.split(sep)].map((segment) => segment.toLowerCase());
  const reserved = RESERVED.find((entry) => segments.includes(entry));
  if (reserved !== undefined)
    throw factoryErrors.error('factory.output-reserved', { folder: name, name: reserved });
  for (const project of projectRoots) assertApart(name, real, { root, project });
  if (!isInside(join(root, OUTPUT_ROOT), real)) assertOwn(name, real, root);
  return join(workspaceRoot, path);
}

function assertApart(name: string, real: string, { root, project }: { root: string; project: string }): void {
  const projectRoot = realPathOf(join(root, project)) ?? root;
  if (projectRoot === root) return;
  const relation = isInside(projectRoot, real)
    ? 'is in'
    : isInside(real, projectRoot)
      ? 'contains'
      : undefined;
  if (relation !== undefined)
    throw factoryErrors.error('factory.output-in-project', { folder: name, project, relation });
}

function assertOwn(name: string, real: string, root: string): void {
  const tracked = trackedFileIn(real, root);
  const foreign = tracked ?? (parseManifestFile(real) === undefined ? foreignFileIn(real) : undefined);
  if (foreign === undefined) return;
  const params = { folder: name, file: foreign, tracked: tracked !== undefined };
  throw factoryErrors.error('factory.output-has-sources', params);
}

/** The first file in a folder that git tracks; undefined if there is none, or no git. */
function trackedFileIn(folder: string, root: string): string | undefined {
  const args = ['--literal-pathspecs', 'ls-files', '-z', '--', folder];
  const { stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', windowsHide: true });
  return stdout?.split('\0')[0] || undefined;
}

function foreignFileIn(folder: string): string | undefined {
  if (entryOf(folder)?.isDirectory() !== true) return undefined;
  const own = new Set(ALL_NAMES.map((name) => name.split('/')[0]));
  return readdirSync(folder).find((name) => !own.has(name) && !isUnfinished(name));
}

/** A path with all links resolved, whether it exists or not; undefined if a link leads nowhere. Errors: files.*. */
function realPathOf(path: string): string | undefined {
  if (entryOf(path) === undefined) {
    const parent = dirname(path);
    if (parent === path) return path;
    const real = realPathOf(parent);
    return real === undefined ? undefined : join(real, basename(path));
  }
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
