/** The firmware of a build as images to flash, checked against the table and the chip that the factory data are for. */
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chipName, FactoryError, type Finding, parsePartitionTable } from 'nvs-core';
import { within } from 'nvs-core/errors';
import type { AppPlan } from '../artifacts';
import { boardErrors } from '../errors';
import { displayPath, INPUT_LIMIT, isInside, readInput, readOptional } from '../files';
import type { Firmware } from '../firmware';
import { encryptionFindings } from './build-encryption';
import { type BuiltFile, type FlasherArgs, parseFlasherArgs } from './flasher-args';
import { imageProblem, revisionsOf } from './image-header';
import { tableDifferences } from './table-differences';

/** A partition table takes one sector. */
const TABLE_SECTOR_LENGTH = 0x1000;
const APP = 0;
const BOOTLOADER = 2;
const TABLE = 3;

export interface AppFiles extends AppPlan {
  readonly args: FlasherArgs;
  /** Warnings and information. */
  readonly findings: readonly Finding[];
}

/** A file of the build that exists. */
interface Found extends BuiltFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * The firmware that a build would flash; `buildFolder` is that of an option. Errors, as many as can be found at once: board.*,
 * those of readInput and parsePartitionTable.
 */
export function appFilesOf(firmware: Firmware, buildFolder: string | undefined): AppFiles {
  const folder = firmware.build?.folder;
  if (folder === undefined) throw boardErrors.error('board.build-missing', { folder: buildFolder });
  const source = join(folder, 'flasher_args.json');
  const text = readOptional(source, INPUT_LIMIT.build);
  if (text === undefined) throw boardErrors.error('board.flasher-args-missing', { folder });
  const parsed = parseFlasherArgs(new TextDecoder().decode(text));
  if ('problem' in parsed) throw boardErrors.error('board.flasher-args-invalid', parsed, { file: source });
  const { args } = parsed;

  const where = { file: source };
  const findings: Finding[] = [];
  const files = args.files.flatMap((file) => foundFile(file, folder, findings));
  const expected = firmware.chip?.name;
  if (args.chip !== undefined && expected !== undefined && chipName(args.chip) !== expected)
    findings.push(boardErrors.finding('board.chip-differs', { built: args.chip, expected }, where));
  findings.push(...encryptionFindings(files, firmware));
  findings.push(...tableFindings(files, firmware));
  const images = files.flatMap((file) => imageOf(file, firmware, findings));
  if (findings.length > 0) throw new FactoryError(findings);
  return {
    args,
    images,
    partitions: regionsOf(files, firmware),
    findings: files.some(({ name }) => name === 'bootloader')
      ? []
      : [boardErrors.finding('board.no-bootloader', {}, where, 'info')],
  };
}

/** The file, if it is one inside the folder of the build, also through links. */
function foundFile(built: BuiltFile, folder: string, findings: Finding[]): Found[] {
  const { file } = built;
  const path = resolve(folder, file);
  const outside = () => {
    findings.push(boardErrors.finding('board.file-outside', { file, folder: displayPath(folder) }));
    return [];
  };
  if (file.includes('\0') || !isInside(resolve(folder), path)) return outside();
  const real = realPathOf(path);
  if (real === undefined) {
    findings.push(boardErrors.finding('board.file-missing', { file }, { file: displayPath(path) }));
    return [];
  }
  if (!isInside(realpathSync(folder), real)) return outside();
  return [{ ...built, path, data: readInput(path) }];
}

/** Where a path leads through links; undefined if there is nothing. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function tableFindings(files: readonly Found[], { table }: Firmware): Finding[] {
  const file = files.find(({ name }) => name === 'partition-table');
  if (file === undefined) return [];
  const unknown = table.findings.filter(({ severity }) => severity === 'error');
  if (unknown.length > 0) return unknown;
  const where = { file: displayPath(file.path) };
  const expected = table.offset.value;
  const moved =
    file.address === expected
      ? []
      : [boardErrors.finding('board.table-offset-differs', { built: file.address, expected }, where)];
  const options = { ...where, tableOffset: file.address };
  const built = within(where, () => parsePartitionTable(file.data, options));
  const unreadable = built.findings.filter(({ severity }) => severity === 'error');
  if (unreadable.length > 0) return [...moved, ...unreadable];
  const differences = tableDifferences(built.partitions, table.partitions);
  if (differences.length === 0) return moved;
  return [...moved, boardErrors.finding('board.table-differs', { file: table.file, differences }, where)];
}

/** Bootloader and partition table, which have no row in most tables: the firmware reads both through flash encryption. */
function regionsOf(files: readonly Found[], { table }: Firmware): AppPlan['partitions'] {
  return files.flatMap(({ name, address }) => {
    const region = { label: name ?? '', offset: address, subtype: 0, encrypted: true };
    if (name === 'bootloader')
      return [{ ...region, type: BOOTLOADER, size: Math.max(0, table.offset.value - address) }];
    return name === 'partition-table' ? [{ ...region, type: TABLE, size: TABLE_SECTOR_LENGTH }] : [];
  });
}

function imageOf(file: Found, { table, chip }: Firmware, findings: Finding[]): AppPlan['images'] {
  const { name, address, path, data } = file;
  const image = { file: path, length: data.length };
  const row = table.partitions.find(({ offset }) => offset === address);
  const isRegion = name === 'bootloader' || name === 'partition-table';
  const label = isRegion ? name : row?.name;
  if (label === undefined) {
    findings.push(boardErrors.finding('board.file-unplaced', { file: file.file, address }));
    return [];
  }
  if (name !== 'bootloader' && (isRegion || row?.type !== APP)) return [{ label, ...image }];
  const reason = imageProblem(data, chip);
  if (reason !== undefined) {
    findings.push(boardErrors.finding('board.image-invalid', { file: file.file, reason }));
    return [];
  }
  const revisions = revisionsOf(data);
  return [{ label, ...image, ...(revisions === undefined ? {} : { revisions }) }];
}
