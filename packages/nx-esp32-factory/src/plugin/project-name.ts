import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { INPUT_LIMIT, readInput } from '../files';

/** Names of the projects in folders (from the root of the workspace), and the folders whose projects have none yet. */
export interface ProjectNames {
  readonly nameOf: ReadonlyMap<string, string>;
  readonly unnamed: ReadonlySet<string>;
}

/**
 * A firmware app without project.json and package.json is named after its folder, or after its path if several
 * projects would share the folder's name, because Nx rejects a workspace with duplicate project names.
 */
export function projectNames(roots: readonly string[], workspaceRoot: string): ProjectNames {
  const nameOf = new Map<string, string>();
  const unnamed = new Set<string>();
  const folders = new Map<string, number>();
  for (const root of roots) {
    const folder = basename(root === '.' ? workspaceRoot : root);
    const own = ownName(`${workspaceRoot}/${root}`);
    if (own === undefined) unnamed.add(root);
    nameOf.set(root, own || folder);
    folders.set(own || folder, (folders.get(own || folder) ?? 0) + 1);
  }
  for (const root of unnamed) {
    if ((folders.get(nameOf.get(root) ?? '') ?? 0) > 1 && root !== '.')
      nameOf.set(root, root.replaceAll('/', '-'));
  }
  return { nameOf, unnamed };
}

/** The name in project.json or package.json; empty if one exists without a name, undefined if there is neither. */
function ownName(folder: string): string | undefined {
  let isNamed = false;
  for (const name of ['project.json', 'package.json']) {
    const file = `${folder}/${name}`;
    // Cheaper than catching an exception for each of hundreds of apps.
    if (!existsSync(file)) continue;
    isNamed = true;
    const own = nameIn(file);
    if (own !== undefined) return own;
  }
  return isNamed ? '' : undefined;
}

function nameIn(file: string): string | undefined {
  try {
    const { nx, name } = JSON.parse(new TextDecoder().decode(readInput(file, INPUT_LIMIT.project))) as {
      name?: unknown;
      nx?: { name?: unknown };
    };
    return [nx?.name, name].find((value) => typeof value === 'string' && value !== '') as string | undefined;
  } catch {
    return undefined;
  }
}
