/** Reads the flashed partitions back from a device, to verify them instead of the files. */
import { flashJobOf, readPartitionImages } from '../artifacts';
import { loadConfig } from '../config';
import { readConfigFile } from '../files';
import { firmwareOf } from '../firmware';
import { findEsptool, readPartition, resolvePort, withPortLock } from '../flash';
import { appOf } from '../inputs';
import type { FileContents } from './subject';

export interface ReadBackOptions {
  /** The config file, next to the app whose partition table has the addresses. */
  readonly config: string;
  /** The output folder that was flashed. */
  readonly folder: string;
  readonly port: string;
  /** Path of esptool; by default it is searched for. */
  readonly esptool?: string | undefined;
  readonly onOutput: (text: string) => void;
  /** Gets a line about what cannot be read. */
  readonly onNotice: (line: string) => void;
}

/**
 * Reads the partitions of an output folder back from the device, with its port locked, by the file names of the manifest;
 * except those that the device encrypts itself: their flash is ciphertext under a key that only it has.
 * Errors: those of flashJobOf, findEsptool, readPartition and withPortLock.
 */
export async function readBack(options: ReadBackOptions): Promise<ReadonlyMap<string, FileContents>> {
  const { config, folder, onOutput, onNotice } = options;
  const loaded = loadConfig(config, { readFile: readConfigFile });
  const job = flashJobOf(folder, firmwareOf(appOf(config, loaded), { env: process.env }));
  const readable = job.parts.filter(({ encryption }) => encryption !== 'device');
  const notReadable = job.parts.filter((part) => !readable.includes(part)).map(({ label }) => label);
  const port = resolvePort(options.port);
  const esptool = findEsptool({ path: options.esptool });
  const names = new Map(readPartitionImages(folder).map(({ label, file }) => [label, file]));
  const files = new Map<string, FileContents>();
  await withPortLock(port, {}, async (lock) => {
    for (const [index, { label, address, length }] of readable.entries()) {
      // The firmware must not run, and write to its partitions, before all of them are read.
      const isLast = index === readable.length - 1;
      const bytes = await readPartition({
        port,
        esptool,
        chip: job.chip,
        after: isLast ? undefined : 'no-reset',
        onOutput,
        offset: address,
        length,
        onStart: (pid) => lock.addProcess(pid),
      });
      files.set(names.get(label) ?? label, { name: `${port}: ${label}`, bytes: new Uint8Array(bytes) });
    }
  });
  if (notReadable.length > 0)
    onNotice(`not comparable (the device encrypts them): ${notReadable.join(', ')}`);
  return files;
}
