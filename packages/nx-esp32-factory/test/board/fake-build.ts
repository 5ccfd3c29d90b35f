/** The build folder of an app, with what flashing reads of it. */
import { CHIPS, encodePartitionTable, parsePartitionTable } from 'nvs-core';
import type { LightApp } from '../light-app';

export interface BuildOptions {
  readonly folder?: string;
  readonly chip?: string;
  readonly tableOffset?: number;
  /** What ESP-IDF writes for each file that the device encrypts: "true" in the development mode. */
  readonly encrypted?: 'true' | 'false';
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Further files, by address; false leaves one out. */
  readonly files?: Readonly<Record<string, string | false>>;
}

/** The start of an image for a chip, and bytes that tell it from others. */
export function appImage(
  chip: string,
  length: number,
  fill: number,
  minRevision = 0,
  maxRevision = 0xffff,
): Buffer {
  const image = Buffer.alloc(length, fill);
  image[0] = 0xe9;
  image.writeUInt16LE(CHIPS.find(({ name }) => name === chip)?.imageId ?? 0xffff, 12);
  image.writeUInt16LE(minRevision, 15);
  image.writeUInt16LE(maxRevision, 17);
  return image;
}

/** Writes a build of the app as ESP-IDF leaves it. */
export function writeBuild(app: LightApp, options: BuildOptions = {}): void {
  const { folder = 'build', chip = 'esp32c3', tableOffset = 0xc000, encrypted = 'false' } = options;
  const write = (name: string, data: string | Uint8Array) => app.write(`${folder}/${name}`, data);
  const { partitions } = parsePartitionTable(app.read('partitions.csv'), { tableOffset });
  write('project_description.json', JSON.stringify({ project_path: app.folder, target: chip }));
  write('bootloader/bootloader.bin', appImage(chip, 0x5000, 1));
  write('partition_table/partition-table.bin', encodePartitionTable(partitions));
  write('light.bin', appImage(chip, 0x12345, 2));
  write('ota_data_initial.bin', Buffer.alloc(0x2000, 0xff));
  const entry = (offset: string, file: string) => ({ offset, file, encrypted });
  const table = `0x${tableOffset.toString(16)}`;
  const sections = {
    bootloader: entry('0x0', 'bootloader/bootloader.bin'),
    'partition-table': entry(table, 'partition_table/partition-table.bin'),
    app: entry('0x20000', 'light.bin'),
    otadata: entry('0x1d000', 'ota_data_initial.bin'),
  };
  const files = Object.fromEntries(Object.values(sections).map(({ offset, file }) => [offset, file]));
  const listed = Object.entries({ ...files, ...options.files }).filter(([, file]) => file !== false);
  write(
    'flasher_args.json',
    JSON.stringify({
      write_flash_args: ['--flash_mode', 'dio', '--flash_size', '4MB', '--flash_freq', '80m'],
      flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '80m' },
      flash_files: Object.fromEntries(listed),
      ...Object.fromEntries(
        Object.entries(sections).filter(([, { offset }]) => listed.some(([at]) => at === offset)),
      ),
      extra_esptool_args: {
        after: 'hard_reset',
        before: 'default_reset',
        stub: true,
        chip,
        ...options.extra,
      },
    }),
  );
}
