import {
  CHIPS,
  type Chip,
  chipOf,
  DATA_SUBTYPE,
  type Finding,
  findPartition,
  type Partition,
} from 'nvs-core';
import { nearest } from 'nvs-core/errors';
import { firmwareErrors } from '../errors/firmware';
import { chooseBuild } from './build-choice';
import type { Build } from './builds';
import { type FirmwareEncryption, readEncryption } from './encryption';
import { type FileReader, type RecordingReader, recordingReader } from './files';
import { type IdfVersion, parseIdfVersion, readIdfVersion, versionOfHeader } from './idf-version';
import type { NamedFirmware } from './named';
import { type FirmwareTable, readFirmwareTable } from './partition-table';
import { readProjectBuild } from './project-build';
import { type Providers, readProviders } from './providers';
import { type Known, locationOf, readSdkconfig, type Sdkconfig, type SdkconfigOptions } from './sdkconfig';
import { SECURE_CERT_NAME, SECURE_CERT_TYPE } from './secure-cert';
import type { Setting } from './setting';
import { type Values, valuesOf } from './values';

/** An app's side of the factory data: what its firmware will read, each value with its source location. */
export interface Firmware {
  readonly root: string;
  readonly config: Sdkconfig;
  /** The build that the configuration is read from, if one was left behind. */
  readonly build: Build | undefined;
  readonly target: Known<string>;
  /** Undefined if the target is not supported. */
  readonly chip: Chip | undefined;
  /** Bytes. */
  readonly flashSize: Known<number>;
  readonly table: FirmwareTable;
  /** CHIP_FACTORY_NAMESPACE_PARTITION_LABEL. */
  readonly label: Known<string>;
  /** The partition of that label. */
  readonly partition: Partition | undefined;
  /** The first nvs_keys partition, which is the one that the firmware reads. */
  readonly keysPartition: Partition | undefined;
  /** The esp_secure_cert partition. */
  readonly secureCertPartition: Partition | undefined;
  readonly encryption: FirmwareEncryption;
  readonly providers: Providers;
  readonly vendorId: Known<number>;
  readonly productId: Known<number>;
  /** Labels of the partitions that the firmware writes at run time. */
  readonly written: readonly Known<string>[];
  /** The files that all this was read from, and those that would have been read if they existed. */
  readonly inputs: { readonly read: readonly string[]; readonly missing: readonly string[] };
  /** Problems found while reading. */
  readonly findings: readonly Finding[];
}

const FLASH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128] as const;
const MIB = 0x100000;

/** Partitions that the Matter stack writes while it runs (their default label is "nvs"). */
const WRITTEN = [
  'CHIP_CONFIG_NAMESPACE_PARTITION_LABEL',
  'CHIP_COUNTERS_NAMESPACE_PARTITION_LABEL',
  'CHIP_KVS_NAMESPACE_PARTITION_LABEL',
  'ESP_MATTER_NVS_PART_NAME',
] as const;

export interface FirmwareOptions extends SdkconfigOptions {
  /** The environment of the process, which a build may read, too; nothing by default. */
  readonly environment?: (name: string) => string | undefined;
}

/**
 * Reads the app in `root` (a path for `files`): its sdkconfig, or the defaults if there is no build yet, and its
 * partition table. Never throws for the contents of files: their problems are in `findings` (firmware.*,
 * partition-table.*).
 */
export function readFirmware(root: string, files: FileReader, options: FirmwareOptions = {}): Firmware {
  const reader = recordingReader(files);
  const { environment = () => undefined, named, target, variant } = options;
  const project = readProjectBuild(root, reader, {
    target,
    variant,
    environment,
    buildFolder: named?.buildFolder,
  });
  const buildFindings: Finding[] = [];
  const build = chooseBuild(root, reader, options, project, buildFindings);
  const config = readSdkconfig(root, reader, {
    ...options,
    project,
    ...(build === undefined ? {} : { build }),
  });
  const idfVersion = () => idfVersionOf(root, reader, { config, build, named });
  const values = valuesOf(config);
  const chip = chipOf(config.target.value);
  const flashSize = readFlashSize(config, values);
  const table = readFirmwareTable(root, config, values, reader, {
    flashSize: flashSize.value,
    named,
    platformio: project.platformio,
  });
  const label = values.string('CHIP_FACTORY_NAMESPACE_PARTITION_LABEL', 'nvs');
  const firmware = {
    root,
    config,
    build,
    target: config.target,
    chip,
    flashSize,
    table,
    label,
    partition: findPartition(table.partitions, label.value),
    keysPartition: table.partitions.find(
      ({ type, subtype }) => type === 1 && subtype === DATA_SUBTYPE.nvs_keys,
    ),
    secureCertPartition: table.partitions.find(
      ({ type, name }) => type === SECURE_CERT_TYPE || name === SECURE_CERT_NAME,
    ),
    encryption: readEncryption(values, chip ?? { hmac: true }, idfVersion),
    providers: readProviders(values, chip ?? { ecdsa: false, hmac: false }),
    vendorId: values.hex('DEVICE_VENDOR_ID', 0xfff1, [1, 0xfffe]),
    productId: values.hex('DEVICE_PRODUCT_ID', 0x8000, [1, 0xfffe]),
    written: WRITTEN.map((symbol) => values.string(symbol, 'nvs')),
    inputs: { read: [...reader.read], missing: [...reader.missing] },
  };
  const findings = [
    // Where the sdkconfig is known, nothing hangs on what the project's files leave open.
    ...(build === undefined && (named?.sdkconfig ?? named?.sdkconfigDefaults) === undefined
      ? project.findings
      : []),
    ...buildFindings,
    ...config.findings,
    ...values.findings,
    ...checkChip(config),
    ...staleSettings(config, named),
    ...table.findings,
  ];
  return { ...firmware, findings };
}

function idfVersionOf(
  root: string,
  reader: RecordingReader,
  { config, build, named }: { config: Sdkconfig; build: Build | undefined; named: NamedFirmware | undefined },
): IdfVersion | undefined {
  const given = named?.idfVersion;
  if (given !== undefined) return parseIdfVersion(given);
  const { built } = config;
  const header = built === undefined ? undefined : versionOfHeader(reader.readText(built) ?? '');
  return build?.idfVersion ?? header ?? readIdfVersion(root, reader);
}

function readFlashSize({ built }: Sdkconfig, values: Values): Known<number> {
  const members = FLASH_SIZES.map((size) => `ESPTOOLPY_FLASHSIZE_${size}MB`);
  const chosen = values.choice(members, 'ESPTOOLPY_FLASHSIZE_2MB');
  if (chosen.origin !== 'default') {
    return { ...chosen, value: Number.parseInt(chosen.value.slice('ESPTOOLPY_FLASHSIZE_'.length), 10) * MIB };
  }
  // Kconfig computes this symbol from the choice, so only the sdkconfig of a build has the right value.
  const text = values.string('ESPTOOLPY_FLASHSIZE', '2MB');
  const size =
    text.origin !== 'default' && text.origin.file === built ? Number.parseInt(text.value, 10) : Number.NaN;
  return Number.isNaN(size) ? { ...chosen, value: 2 * MIB } : { ...text, value: size * MIB };
}

function checkChip({ target, defaultsFile }: Sdkconfig): Finding[] {
  if (chipOf(target.value) !== undefined) return [];
  const known = CHIPS.map(({ name }) => name);
  const suggestion = nearest(target.value, known);
  const params = { target: target.value, known, ...(suggestion === undefined ? {} : { suggestion }) };
  return [
    firmwareErrors.finding('firmware.chip-unknown', params, locationOf(target, defaultsFile), 'warning'),
  ];
}

/** A build keeps its sdkconfig, which misses later changes of the defaults. */
function staleSettings({ built, settings }: Sdkconfig, named: NamedFirmware | undefined): Finding[] {
  // The defaults of an sdkconfig that the config names are not known.
  const isAlone = named?.sdkconfig !== undefined && named.sdkconfigDefaults === undefined;
  if (built === undefined || isAlone) return [];
  return WATCHED.flatMap((symbol) => {
    const all = settings.get(symbol) ?? [];
    const used = all.findLast(({ file }) => file === built);
    const expected = all.findLast(({ file }) => file !== built);
    if (used === undefined || expected === undefined || isSameValue(used, expected)) return [];
    const params = {
      symbol,
      used: used.value,
      expected: expected.value,
      file: expected.file,
      line: expected.line,
    };
    return [
      firmwareErrors.finding(
        'firmware.sdkconfig-stale',
        params,
        { file: used.file, line: used.line },
        'warning',
      ),
    ];
  });
}

function isSameValue(built: Setting, written: Setting): boolean {
  return built.isDecimal === true
    ? Number(built.value) === Number(written.value)
    : built.value === written.value;
}

/** Symbols that affect factory data. */
const WATCHED = [
  'PARTITION_TABLE_CUSTOM',
  'PARTITION_TABLE_CUSTOM_FILENAME',
  'PARTITION_TABLE_OFFSET',
  'CHIP_FACTORY_NAMESPACE_PARTITION_LABEL',
  'ENABLE_ESP32_FACTORY_DATA_PROVIDER',
  'ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER',
  'ENABLE_ESP32_DEVICE_INFO_PROVIDER',
  'ENABLE_ESP32_LOCATIONCAPABILITY',
  'ENABLE_ROTATING_DEVICE_ID',
  'ENABLE_SET_CERT_DECLARATION_API',
  'ENABLE_TEST_SETUP_PARAMS',
  'FACTORY_PARTITION_DAC_PROVIDER',
  'SEC_CERT_DAC_PROVIDER',
  'FACTORY_COMMISSIONABLE_DATA_PROVIDER',
  'FACTORY_DEVICE_INSTANCE_INFO_PROVIDER',
  'FACTORY_DEVICE_INFO_PROVIDER',
  'SECURE_FLASH_ENC_ENABLED',
  'NVS_ENCRYPTION',
  'NVS_SEC_KEY_PROTECT_USING_HMAC',
  'NVS_SEC_KEY_PROTECT_USING_FLASH_ENC',
  'NVS_SEC_HMAC_EFUSE_KEY_ID',
  'DEVICE_VENDOR_ID',
  'DEVICE_PRODUCT_ID',
] as const;
