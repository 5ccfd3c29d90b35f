import { isAbsolute, join, relative, resolve } from 'node:path';
import { checkInput, modifiedAt, type OutputFile, readOptional, readReference } from '../files';
import { type FileReader, firmwareLimit } from '../firmware';
import type { Workspace } from './workspace';

/** A file that is created or changed. */
export interface Change {
  /** From the root of the workspace. */
  readonly path: string;
  readonly data: Uint8Array | string;
  /** A private key. */
  readonly secret: boolean;
  readonly isNew: boolean;
}

/** Planned changes of a workspace: everything is checked before the first of them is written. */
export class Draft implements FileReader {
  private readonly pending = new Map<string, Pick<Change, 'data' | 'secret'>>();

  constructor(private readonly workspace: Workspace) {}

  /**
   * The bytes of a file of the workspace with planned changes; undefined if there is none. Errors: those of checkInput.
   */
  readonly readFile = (path: string): Uint8Array | undefined => {
    const planned = this.pending.get(path);
    if (planned !== undefined) return bytesOf(planned.data);
    // A config may name files outside the workspace.
    if (isAbsolute(path)) return readOptional(path, firmwareLimit(path));
    // A Tree would wait for a pipe, and read a device to the end of the memory.
    checkInput(join(this.workspace.root, path), firmwareLimit(path));
    if (!this.workspace.exists(path) || !this.workspace.isFile(path)) return undefined;
    const data = this.workspace.read(path);
    return data === null ? undefined : new Uint8Array(data);
  };

  readonly foldersOf = (folder: string): readonly string[] =>
    this.workspace.children(folder).filter((name) => !this.workspace.isFile(join(folder, name)));

  readonly modifiedAt = (path: string): number | undefined => modifiedAt(join(this.workspace.root, path));

  /** The bytes of a file by its absolute path; files outside the workspace are read from disk. Errors: files.*. */
  readonly readAbsolute = (path: string): Uint8Array => {
    const inside = this.inWorkspace(path);
    return (inside === undefined ? undefined : this.readFile(inside)) ?? readReference(path);
  };

  readText(path: string): string | undefined {
    const data = this.readFile(path);
    return data === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  }

  /** The text of a file as it was before the planned changes; empty if there was none. */
  originalText(path: string): string {
    const data = this.workspace.exists(path) ? this.workspace.read(path) : null;
    return data === null ? '' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  }

  has(path: string): boolean {
    return this.pending.has(path) || this.workspace.exists(path);
  }

  write(path: string, data: Uint8Array | string, { secret = false }: { secret?: boolean } = {}): void {
    this.pending.set(path, { data, secret });
  }

  /** An absolute path relative to the workspace, with "/"; undefined if it is outside. */
  inWorkspace(absolute: string): string | undefined {
    const path = relative(resolve(this.workspace.root), resolve(absolute)).replaceAll('\\', '/');
    return path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : path;
  }

  /** The files that change. */
  changes(): Change[] {
    return [...this.pending].flatMap(([path, { data, secret }]) => {
      const old = this.workspace.exists(path) ? this.workspace.read(path) : null;
      return old !== null && Buffer.from(old).equals(bytesOf(data))
        ? []
        : [{ path, data, secret, isNew: old === null }];
    });
  }

  /** The changes as files to write. */
  outputs(changes: readonly Change[]): OutputFile[] {
    return changes.map(({ path, data, secret }) => ({ path: join(this.workspace.root, path), data, secret }));
  }
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}
