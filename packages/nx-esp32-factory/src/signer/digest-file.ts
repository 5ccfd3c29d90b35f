import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromErrno } from '../files';

/**
 * A digest as an open file, for a program's standard input. Node's own pipes are sockets, which programs cannot open
 * as /dev/stdin, the path for programs that require a file name as input (pkcs11-tool, aws).
 */
export function openDigest(digest: Uint8Array): { readonly descriptor: number; close(): void } {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), `esp32-factory-digest-${process.pid}-`));
    const path = join(folder, 'digest');
    writeFileSync(path, digest, { mode: 0o600 });
    const descriptor = openSync(path, 'r');
    const made = folder;
    return {
      descriptor,
      close: () => {
        closeSync(descriptor);
        rmSync(made, { recursive: true, force: true });
      },
    };
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw fromErrno(error, folder ?? tmpdir(), 'write');
  }
}
