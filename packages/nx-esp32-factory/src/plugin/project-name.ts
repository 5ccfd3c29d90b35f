import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** How Nx calls the projects of these folders (from the root of the workspace), and which of them have no name yet. */
export interface ProjectNames {
  readonly nameOf: ReadonlyMap<string, string>;
  readonly unnamed: ReadonlySet<string>;
}

/**
 * A firmware app may have neither project.json nor package.json: it is called by its folder then, or by its path
 * where several have folders of that name, for Nx refuses a workspace in which two projects share one.
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

/** What project.json or package.json says; empty where one is there and says nothing that Nx would not judge. */
function ownName(folder: string): string | undefined {
  let isNamed = false;
  for (const name of ['project.json', 'package.json']) {
    const file = `${folder}/${name}`;
    // Asked for first: an exception for each of hundreds of apps costs more than all else here.
    if (!existsSync(file)) continue;
    isNamed = true;
    const own = nameIn(file);
    if (own !== undefined) return own;
  }
  return isNamed ? '' : undefined;
}

function nameIn(file: string): string | undefined {
  try {
    const { nx, name } = JSON.parse(readFileSync(file, 'utf8')) as {
      name?: unknown;
      nx?: { name?: unknown };
    };
    return [nx?.name, name].find((value) => typeof value === 'string' && value !== '') as string | undefined;
  } catch {
    return undefined;
  }
}
