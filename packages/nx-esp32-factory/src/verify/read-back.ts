/** Reads from a device what was flashed to it, to be verified in place of the files. */
import { dirname } from 'node:path';
import { flashJobOf, readPartitionImages } from '../artifacts';
import { loadConfig, variantOf } from '../config';
import { readInput } from '../files';
import { firmwareOf } from '../firmware';
import { findEsptool, readPartition, resolvePort, withPortLock } from '../flash';
import type { ReadFile } from './subject';

export interface ReadBackOptions {
  /** Beside it stands the app, whose partition table says where to read. */
  readonly config: string;
  /** The output folder that was flashed. */
  readonly folder: string;
  readonly port: string;
  /** Path of esptool; found by itself unless given. */
  readonly esptool?: string;
  readonly onOutput?: (text: string) => void;
}

/** What was read, by the file names of the manifest. */
export interface ReadBack {
  readonly files: ReadonlyMap<string, ReadFile>;
  /** Labels of partitions that the device encrypts itself: their flash is ciphertext of a key that only it has. */
  readonly notReadable: readonly string[];
}

/**
 * Reads the partitions that an output folder flashes from the device, alone on its port.
 * Errors: those of flashJobOf, findEsptool, readPartition and withPortLock.
 */
export async function readBack({ config, folder, onOutput, ...given }: ReadBackOptions): Promise<ReadBack> {
  const loaded = loadConfig(config, { readFile: readInput });
  const job = flashJobOf(folder, firmwareOf(dirname(config), loaded.config.chip, variantOf(config)));
  const readable = job.parts.filter(({ encryption }) => encryption !== 'device');
  const notReadable = job.parts.filter((part) => !readable.includes(part)).map(({ label }) => label);
  const port = resolvePort(given.port);
  const esptool = findEsptool(given.esptool === undefined ? {} : { path: given.esptool });
  const names = new Map(readPartitionImages(folder).map(({ label, file }) => [label, file]));
  const files = new Map<string, ReadFile>();
  await withPortLock(port, {}, async (lock) => {
    for (const [index, { label, address, length }] of readable.entries()) {
      // The firmware must not run, and write to its partitions, before all of them are read.
      const isLast = index === readable.length - 1;
      const bytes = await readPartition({
        port,
        esptool,
        ...(job.chip === undefined ? {} : { chip: job.chip }),
        ...(isLast ? {} : { after: 'no-reset' }),
        ...(onOutput === undefined ? {} : { onOutput }),
        offset: address,
        length,
        onStart: (pid) => lock.addProcess(pid),
      });
      files.set(names.get(label) ?? label, { name: `${port}: ${label}`, bytes: new Uint8Array(bytes) });
    }
  });
  return { files, notReadable };
}
