/** Keys as files that espefuse can read: it accepts nothing else. */
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withPrivateFolder } from '../flash';
import type { EfuseKeyFile } from './command';
import type { EfuseKey } from './key';

/** The first descriptor of a child process after its standard streams. */
const FIRST_DESCRIPTOR = 3;

/**
 * Runs `work` with a file per key, for the owner only (0600) in a folder of mode 0700. On Linux the file has lost its
 * name before `work` starts: the child process inherits the descriptors, and reads /dev/fd/3 and on. Elsewhere the
 * files are removed afterwards, and those of killed runs by the next run.
 */
export async function withKeyFiles<T>(
  keys: readonly (EfuseKey & { readonly data: Uint8Array })[],
  work: (files: readonly EfuseKeyFile[], descriptors: readonly number[]) => Promise<T>,
): Promise<T> {
  return withPrivateFolder(async (folder) => {
    const descriptors: number[] = [];
    try {
      const files = keys.map(({ block, purpose, data }, index): EfuseKeyFile => {
        const file = join(folder, `key-${index}`);
        writeFileSync(file, data, { flag: 'wx', mode: 0o600 });
        if (process.platform !== 'linux') return { block, purpose, file };
        descriptors.push(openSync(file, 'r'));
        unlinkSync(file);
        return { block, purpose, file: `/dev/fd/${FIRST_DESCRIPTOR + index}` };
      });
      return await work(files, descriptors);
    } finally {
      for (const descriptor of descriptors) closeSync(descriptor);
    }
  });
}
