/** The parts that esptool writes, from an output folder and the app next to its config. */
import { join } from 'node:path';
import { FactoryError, type Finding } from 'nvs-core';
import { hex } from 'nvs-core/errors';
import { factoryErrors } from '../errors';
import type { Firmware } from '../firmware';
import { type FlashPart, type PlanImage, type PlanPartition, planFlash } from '../flash';
import type { ManifestImage } from './manifest';
import { readPartitionImages } from './output-folder';

export interface FlashJob {
  readonly parts: readonly FlashPart[];
  readonly chip: string | undefined;
  readonly flashSize: number;
}

/** The firmware of a build, to be written with the images. */
export interface AppPlan {
  /** Regions without a row in the partition table: bootloader and table. */
  readonly partitions: readonly PlanPartition[];
  readonly images: readonly PlanImage[];
}

/**
 * Matches the images of an output folder with the partition table of the firmware that will read them.
 * Errors: factory.no-partition-table, factory.label-unknown, factory.image-not-of-table, and those of readPartitionImages
 * and planFlash.
 */
export function flashJobOf(
  folder: string,
  firmware: Firmware | undefined,
  keyFolder?: string,
  app?: AppPlan,
): FlashJob {
  const files = readPartitionImages(folder, keyFolder);
  if (firmware === undefined) throw factoryErrors.error('factory.no-partition-table', {});
  const unreadable = firmware.table.findings.filter(({ severity }) => severity === 'error');
  if (unreadable.length > 0) throw new FactoryError(unreadable);
  const { partitions } = firmware.table;
  const images = files.map((file): PlanImage => {
    const { label, encryption } = file;
    if (label === null) throw factoryErrors.error('factory.label-unknown', { file: file.file });
    return {
      label,
      file: join(folder, file.file),
      length: file.size,
      ...(encryption === undefined ? {} : { encryption }),
    };
  });
  const misfits = files.flatMap((file) => misfit(file, firmware));
  if (misfits.length > 0) throw new FactoryError(misfits);
  const parts = planFlash({
    firmware: {
      partitions: [
        ...(app?.partitions ?? []),
        ...partitions.map(({ name, ...rest }) => ({ label: name, ...rest })),
      ],
      flashSize: firmware.flashSize.value,
      flashEncryption: firmware.encryption.flash.value,
      isWritten: app !== undefined,
    },
    images: [...images, ...(app?.images ?? [])],
  });
  return { parts, chip: firmware.chip?.name, flashSize: firmware.flashSize.value };
}

/** Outside an NVS image its partition keeps old pages, which the firmware would mix with the new ones. */
function misfit({ kind, label, size, file }: ManifestImage, firmware: Firmware): Finding[] {
  const partition = firmware.table.partitions.find(({ name }) => name === label);
  if (kind !== 'nvs' || partition === undefined || partition.size === size) return [];
  const where = {
    file: firmware.table.file,
    ...(partition.source?.line === undefined ? {} : { line: partition.source.line }),
  };
  const params = { file, size: hex(size), label: partition.name, partitionSize: hex(partition.size) };
  return [factoryErrors.finding('factory.image-not-of-table', params, where)];
}
