import { statSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf, readOptional } from '../files';
import { firmwareLimit } from '../firmware';

/** The files that init reads: those of Nx's Tree, or of the disk. Paths start at the root, with "/". */
export interface Workspace {
  /** Absolute. */
  readonly root: string;
  exists(path: string): boolean;
  isFile(path: string): boolean;
  /** The bytes of a file; null if there is none. */
  read(path: string): Uint8Array | null;
  /** The names of the folders in a folder, and perhaps those of its files. */
  children(folder: string): readonly string[];
}

/** The files of a folder on the disk. */
export function diskWorkspace(root: string): Workspace {
  const at = (path: string) => join(root, path);
  const statOf = (path: string) => statSync(at(path), { throwIfNoEntry: false });
  return {
    root,
    exists: (path) => statOf(path) !== undefined,
    isFile: (path) => statOf(path)?.isFile() === true,
    read: (path) => readOptional(at(path), firmwareLimit(path)) ?? null,
    children: (folder) => foldersOf(at(folder)),
  };
}
