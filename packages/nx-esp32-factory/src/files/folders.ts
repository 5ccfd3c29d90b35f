/** What is in a folder of the user, and since when. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the folders in a folder, in order, links to folders included; none if it cannot be listed. */
export function foldersOf(folder: string): readonly string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, entry.name))))
    .map(({ name }) => name)
    .sort();
}

/** When a file was changed, in milliseconds since 1970; undefined if there is none. */
export function modifiedAt(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
