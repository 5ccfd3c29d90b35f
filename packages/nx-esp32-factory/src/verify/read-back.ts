/** Reads from a device what was flashed to it, to be verified in place of the files. */
import { FactoryError } from 'nvs-core';
import { verifyErrors } from '../errors';
import { type FlashJob, readFlashFiles } from '../factory';
import { type Connection, type Esptool, readPartition, withPortLock } from '../flash';
import type { ReadFile } from './subject';

export interface ReadBackOptions extends Omit<Connection, 'port'> {
  readonly port: string;
  readonly esptool: Esptool;
  /** What was flashed, and where. */
  readonly job: FlashJob;
  /** The output folder that it was flashed from. */
  readonly folder: string;
  readonly onOutput?: (text: string) => void;
}

/** What was read, by the file names of the manifest. */
export interface ReadBack {
  readonly files: ReadonlyMap<string, ReadFile>;
  /** Labels of partitions that the device encrypts itself: their flash is ciphertext of another key. */
  readonly notReadable: readonly string[];
}

/**
 * Reads the partitions of a job from the device, alone on its port.
 * Errors: verify.read-back-impossible, those of readPartition and withPortLock.
 */
export async function readBack({ job, folder, ...connection }: ReadBackOptions): Promise<ReadBack> {
  const readable = job.parts.filter(({ encryption }) => encryption !== 'device');
  const notReadable = job.parts.filter((part) => !readable.includes(part)).map(({ label }) => label);
  if (readable.length === 0) {
    const reason = 'the device encrypts them with a key that only it has';
    throw verifyErrors.error('verify.read-back-impossible', { labels: notReadable, reason });
  }
  const names = new Map(readFlashFiles(folder).map(({ label, file }) => [label, file]));
  const files = new Map<string, ReadFile>();
  await withPortLock(connection.port, {}, async (lock) => {
    for (const [index, { label, address, length }] of readable.entries()) {
      const isLast = index === readable.length - 1;
      const { after, ...others } = connection;
      const mode = isLast ? after : 'no-reset';
      const bytes = await readPartition({
        ...others,
        ...(job.chip === undefined ? {} : { chip: job.chip }),
        ...(mode === undefined ? {} : { after: mode }),
        offset: address,
        length,
        onStart: (pid) => lock.addProcess(pid),
      });
      const name = names.get(label);
      if (name === undefined) throw new FactoryError([missing(label)]);
      files.set(name, { name: `${connection.port}: ${label}`, bytes: new Uint8Array(bytes) });
    }
  });
  return { files, notReadable };
}

function missing(label: string) {
  const reason = 'the manifest names no file for it';
  return verifyErrors.finding('verify.read-back-impossible', { labels: [label], reason });
}
