import {
  chipOf,
  DEFAULT_TABLE_CHOICES,
  defaultTableCsv,
  defaultTableName,
  FactoryError,
  type Finding,
  type Partition,
  type PartitionTable,
  type PartitionTableOptions,
  parsePartitionTable,
} from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { readExtraSubtypes } from './extra-subtypes';
import { joinPath, type RecordingReader } from './files';
import { fixesFor } from './fixes';
import type { NamedFirmware } from './named';
import type { ProjectBuild } from './project-build';
import { type Known, locationOf, type Sdkconfig } from './sdkconfig';
import { formatSetting } from './setting';
import type { Values } from './values';

/** The partition table that the build uses. */
export interface FirmwareTable {
  /** The path of the file, or ESP-IDF's name for a built-in table. */
  readonly file: string;
  /** Whether it is one of ESP-IDF's own tables, and not a file of the project. */
  readonly builtIn: boolean;
  /** The setting that selects it. */
  readonly chosenBy: Known<string>;
  /** Address of the table itself, in bytes. */
  readonly offset: Known<number>;
  /** Without unreadable rows; empty if there is no file. */
  readonly partitions: readonly Partition[];
  readonly findings: readonly Finding[];
}

/** Finds and reads the partition table of an app; its problems are in `findings`. */
export function readFirmwareTable(
  root: string,
  config: Sdkconfig,
  values: Values,
  reader: RecordingReader,
  {
    flashSize,
    named,
    platformio,
  }: {
    readonly flashSize: number;
    readonly named?: NamedFirmware | undefined;
    readonly platformio?: ProjectBuild['platformio'];
  },
): FirmwareTable {
  const findings: Finding[] = [];
  const offset = values.hex('PARTITION_TABLE_OFFSET', 0x8000);
  const chosen = chooseTable(root, config, values, reader, findings);
  const ofPlatformio = platformio?.partitionTable;
  const given = named?.partitionTable ?? ofPlatformio;
  const isOwn = named?.partitionTable === undefined && defaultTableCsv(given ?? '') !== undefined;
  const { file, builtIn, chosenBy } =
    given === undefined ? chosen : { ...chosen, file: given, builtIn: isOwn };
  if (
    platformio !== undefined &&
    given === undefined &&
    !builtIn &&
    !platformio.unknown.has('PARTITION_TABLE')
  )
    findings.push(
      firmwareErrors.finding('firmware.table-of-platformio', { file }, platformio.where, 'warning'),
    );
  const bootloader = chipOf(config.target.value)?.bootloaderOffset;
  const options = {
    file,
    tableOffset: offset.value,
    flashSize,
    extraSubtypes: readExtraSubtypes(root, reader),
    ...(bootloader === undefined
      ? {}
      : { primaryBootloaderOffset: values.hex('BOOTLOADER_OFFSET_IN_FLASH', bootloader).value }),
    ...(values.has('BOOTLOADER_RECOVERY_OFFSET')
      ? { recoveryBootloaderOffset: values.hex('BOOTLOADER_RECOVERY_OFFSET', 0).value }
      : {}),
    ...(secureBootVersion(values) ?? {}),
  };
  const own = builtIn ? defaultTableCsv(file) : undefined;
  const data = own === undefined ? reader.readBytes(file) : new TextEncoder().encode(own);
  if (data === undefined && named?.partitionTable !== undefined) {
    findings.push(
      firmwareErrors.finding('firmware.table-named-missing', { file }, named.where('partitionTable')),
    );
    return { file, builtIn, chosenBy, offset, partitions: [], findings };
  }
  if (data === undefined) {
    const by = ofPlatformio === undefined ? `CONFIG_${chosenBy.symbol}` : 'board_build.partitions';
    const params = { file, by };
    findings.push(
      firmwareErrors.finding('firmware.table-missing', params, locationOf(chosenBy, config.defaultsFile)),
    );
    return { file, builtIn, chosenBy, offset, partitions: [], findings };
  }
  const table = readTable(data, options);
  findings.push(...table.findings);
  return { file, builtIn, chosenBy, offset, partitions: table.partitions, findings };
}

/** Whether there was no table to read. */
export function isTableMissing({ findings }: Pick<FirmwareTable, 'findings'>): boolean {
  return findings.some(
    ({ code }) => code === 'firmware.table-missing' || code === 'firmware.table-named-missing',
  );
}

function readTable(data: Uint8Array, options: PartitionTableOptions): PartitionTable {
  try {
    return parsePartitionTable(data, options);
  } catch (error) {
    if (error instanceof FactoryError) return { partitions: [], findings: error.findings };
    throw error;
  }
}

function secureBootVersion(values: Values): { secureBoot: 'v1' | 'v2' } | undefined {
  if (!values.bool('SECURE_BOOT', false).value) return undefined;
  return { secureBoot: values.bool('SECURE_BOOT_V1_ENABLED', false).value ? 'v1' : 'v2' };
}

function chooseTable(
  root: string,
  config: Sdkconfig,
  values: Values,
  reader: RecordingReader,
  findings: Finding[],
): Pick<FirmwareTable, 'file' | 'builtIn' | 'chosenBy'> {
  const [fallback = 'SINGLE_APP'] = DEFAULT_TABLE_CHOICES;
  const prefix = 'PARTITION_TABLE_';
  const members = [...DEFAULT_TABLE_CHOICES, 'CUSTOM'].map((choice) => prefix + choice);
  const chosen = values.choice(members, prefix + fallback);
  if (chosen.value !== 'PARTITION_TABLE_CUSTOM') {
    const coredump = values.bool('ESP_COREDUMP_ENABLE_TO_FLASH', false).value;
    const file = defaultTableName(chosen.value.slice(prefix.length), coredump) ?? 'partitions_singleapp.csv';
    return { file, builtIn: true, chosenBy: chosen };
  }
  const custom = values.string('PARTITION_TABLE_CUSTOM_FILENAME', 'partitions.csv');
  const chosenBy = custom.origin === 'default' ? chosen : custom;
  const used = { file: joinPath(root, custom.value), builtIn: false, chosenBy };
  const computed = values.string('PARTITION_TABLE_FILENAME', custom.value);
  if (computed.origin === 'default' || computed.value === custom.value) return used;
  // Kconfig computes PARTITION_TABLE_FILENAME: an assignment is ignored, but shows the intended file.
  const intended = { file: joinPath(root, computed.value), builtIn: false, chosenBy: computed };
  const useIntended =
    reader.readBytes(used.file) === undefined && reader.readBytes(intended.file) !== undefined;
  const symbol = custom.symbol;
  const fixes = fixesFor(config, symbol, formatSetting(symbol, computed.value), computed);
  const params = { written: computed.value, used: custom.value, fixes };
  const severity = useIntended ? 'error' : 'warning';
  findings.push(firmwareErrors.finding('firmware.table-name-computed', params, computed.origin, severity));
  return useIntended ? intended : used;
}
