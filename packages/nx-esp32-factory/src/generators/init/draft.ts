import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Tree } from '@nx/devkit';
import { checkInput, modifiedAt, type OutputFile, readOptional, readReference } from '../../files';
import { type FileReader, firmwareLimit } from '../../firmware';

interface Pending {
  readonly data: Uint8Array | string;
  readonly secret: boolean;
}

/**
 * Planned changes that are not yet in the Tree: everything is checked first, so that an error leaves the Tree
 * unchanged.
 */
export class Draft implements FileReader {
  private readonly pending = new Map<string, Pending>();

  constructor(private readonly tree: Tree) {}

  /**
   * The bytes of a file of the workspace with planned changes; undefined if there is none. Errors: those of checkInput.
   */
  readonly readFile = (path: string): Uint8Array | undefined => {
    const planned = this.pending.get(path);
    if (planned !== undefined) return bytesOf(planned.data);
    // A config may name files outside the workspace, which the Tree does not have.
    if (isAbsolute(path)) return readOptional(path, firmwareLimit(path));
    // The Tree would wait for a pipe, and read a device to the end of the memory.
    checkInput(join(this.tree.root, path), firmwareLimit(path));
    if (!this.tree.exists(path) || !this.tree.isFile(path)) return undefined;
    const data = this.tree.read(path);
    return data === null ? undefined : new Uint8Array(data);
  };

  readonly foldersOf = (folder: string): readonly string[] =>
    this.tree.children(folder).filter((name) => !this.tree.isFile(join(folder, name)));

  readonly modifiedAt = (path: string): number | undefined => modifiedAt(join(this.tree.root, path));

  /** The bytes of a file by its absolute path; files outside the workspace are read from disk. Errors: files.*. */
  readonly readAbsolute = (path: string): Uint8Array => {
    const inside = this.inWorkspace(path);
    return (inside === undefined ? undefined : this.readFile(inside)) ?? readReference(path);
  };

  readText(path: string): string | undefined {
    const data = this.readFile(path);
    return data === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  }

  has(path: string): boolean {
    return this.pending.has(path) || this.tree.exists(path);
  }

  write(path: string, data: Uint8Array | string, { secret = false }: { secret?: boolean } = {}): void {
    this.pending.set(path, { data, secret });
  }

  /** An absolute path relative to the workspace, with "/"; undefined if it is outside. */
  inWorkspace(absolute: string): string | undefined {
    const path = relative(resolve(this.tree.root), resolve(absolute)).replaceAll('\\', '/');
    return path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : path;
  }

  /** Writes the changes to the Tree, except private keys: Nx creates files with the umask's mode. */
  apply(): void {
    for (const [path, { data, secret }] of this.pending) {
      if (secret) continue;
      const old = this.tree.exists(path) ? this.tree.read(path) : null;
      if (old?.equals(bytesOf(data))) continue;
      this.tree.write(path, typeof data === 'string' ? data : Buffer.from(data));
    }
  }

  /** The private keys, to be written after the changes of the Tree. */
  privateKeys(): OutputFile[] {
    return [...this.pending].flatMap(([path, { data, secret }]) =>
      secret ? [{ path: join(this.tree.root, path), data, secret }] : [],
    );
  }
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}
