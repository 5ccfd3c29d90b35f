import { errorTable, hex, row } from 'nvs-core/errors';

const BUILD_AGAIN = 'build the app again (idf.py build), then make its image again';

/** The firmware of a build, written together with the factory data. */
export const boardErrors = errorTable({
  'board.build-missing': row<{ folder: string | undefined }>(
    (p) =>
      p.folder === undefined
        ? 'the firmware is to be written, too, but the app has no build that fits this config'
        : `the firmware is to be written, too, but ${p.folder} is not the folder of a build: it has no project_description.json`,
    () =>
      'build the app (idf.py build); if its build is elsewhere, name the folder with "firmware": {"buildFolder": ...} in the config or with --buildFolder',
  ),
  'board.flasher-args-missing': row<{ folder: string }>(
    (p) => `the build in ${p.folder} has no flasher_args.json, which lists the files to flash`,
    () =>
      'build the app with ESP-IDF 4 or newer (idf.py build); with another build system flash the firmware with its own command, and then the factory data alone',
  ),
  'board.flasher-args-invalid': row<{ problem: string }>(
    (p) => `this is not the flasher_args.json of ESP-IDF: ${p.problem}`,
    () => 'build the app again (idf.py fullclean build)',
  ),
  'board.file-outside': row<{ file: string; folder: string }>(
    (p) => `the build would flash ${p.file}, which is not inside its folder ${p.folder}`,
    () => 'only files of the build are flashed: build the app again in this folder (idf.py fullclean build)',
  ),
  'board.file-missing': row<{ file: string }>(
    (p) => `the build would flash ${p.file}, which it does not have`,
    () => 'build the app to its end (idf.py build)',
  ),
  'board.chip-differs': row<{ built: string; expected: string }>(
    (p) => `the build is for ${p.built}, and the factory data for ${p.expected}`,
    () => 'build the app for this chip, or name the folder of the build for it with --buildFolder',
  ),
  'board.table-differs': row<{ file: string; differences: readonly string[] }>(
    (p) =>
      `the partition table of the build is not ${p.file}, for which the image was made: ${p.differences.join('; ')}`,
    () => BUILD_AGAIN,
  ),
  'board.table-offset-differs': row<{ built: number; expected: number }>(
    (p) =>
      `the build has its partition table at ${hex(p.built)}, and CONFIG_PARTITION_TABLE_OFFSET is ${hex(p.expected)}`,
    () => BUILD_AGAIN,
  ),
  'board.image-invalid': row<{ file: string; reason: string }>(
    (p) => `${p.file} of the build is no image that the chip can start: ${p.reason}`,
    () => 'build the app again for this chip (idf.py set-target, idf.py build)',
  ),
  'board.file-unplaced': row<{ file: string; address: number }>(
    (p) => `the build would flash ${p.file} to ${hex(p.address)}, where no partition of its table starts`,
    () => 'flash the firmware with idf.py flash, and then the factory data without the firmware',
  ),
  'board.encryption-differs': row<{ isBuilt: boolean }>(
    (p) =>
      p.isBuilt
        ? 'the build encrypts what it flashes, but flash encryption is off in the sdkconfig'
        : 'flash encryption is on in the sdkconfig, but the build does not encrypt what it flashes',
    () => BUILD_AGAIN,
  ),
  'board.no-bootloader': row(
    () => 'the build leaves the bootloader out, as it does for secure boot: it is not written',
    () =>
      'if this device has none of this build yet, write it first with "idf.py bootloader-flash"; CONFIG_SECURE_BOOT_FLASH_BOOTLOADER_DEFAULT=y makes it part of the build',
  ),
});
