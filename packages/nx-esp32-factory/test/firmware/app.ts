import type { Finding } from 'nvs-core';
import {
  applySdkconfigFixes,
  type FileReader,
  type FirmwareNeeds,
  fixesOf,
  type NamedFirmware,
} from '../../src/firmware';

/** An app in memory: path -> text. */
export type Files = Readonly<Record<string, string | undefined>>;

/** Reads them; `ages` are the times of files, in milliseconds since 1970. */
export const reader = (files: Files, ages: Readonly<Record<string, number>> = {}): FileReader => ({
  readFile: (path) => {
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    return text === undefined ? undefined : new TextEncoder().encode(text);
  },
  foldersOf: (folder) => {
    const below = folder === '.' ? '' : `${folder}/`;
    const inside = Object.keys(files).filter((path) => path.startsWith(below));
    const parts = inside.map((path) => path.slice(below.length).split('/'));
    return [
      ...new Set(
        parts.flatMap(([first, ...rest]) => (rest.length > 0 && first !== undefined ? [first] : [])),
      ),
    ];
  },
  modifiedAt: (path) => ages[path],
});

/** The section `firmware` of a config. */
export const named = (section: Omit<NamedFirmware, 'where'>): NamedFirmware => ({
  ...section,
  where: (field) => ({ file: 'factory.config.json', field: `firmware.${field}` }),
});

/** The defaults of a firmware that agrees with `NEEDS`. */
export const DEFAULTS = [
  'CONFIG_IDF_TARGET="esp32c6"',
  'CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y',
  '',
  '# the table',
  'CONFIG_PARTITION_TABLE_CUSTOM=y',
  'CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions.csv"',
  'CONFIG_PARTITION_TABLE_OFFSET=0xC000',
  '',
  'CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="fctry"',
  'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y',
  'CONFIG_ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER=y',
  'CONFIG_ENABLE_ESP32_DEVICE_INFO_PROVIDER=y',
  'CONFIG_ENABLE_ESP32_LOCATIONCAPABILITY=y',
  'CONFIG_ENABLE_ROTATING_DEVICE_ID=y',
  'CONFIG_ENABLE_TEST_SETUP_PARAMS=n',
  '',
].join('\n');

/** The same as a build writes it. */
export const VALUES = JSON.stringify(
  {
    IDF_TARGET: 'esp32c6',
    ESPTOOLPY_FLASHSIZE_4MB: true,
    PARTITION_TABLE_CUSTOM: true,
    PARTITION_TABLE_CUSTOM_FILENAME: 'partitions.csv',
    PARTITION_TABLE_OFFSET: 0xc000,
    CHIP_FACTORY_NAMESPACE_PARTITION_LABEL: 'fctry',
    ENABLE_ESP32_FACTORY_DATA_PROVIDER: true,
    ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER: true,
    ENABLE_ESP32_DEVICE_INFO_PROVIDER: true,
    ENABLE_ESP32_LOCATIONCAPABILITY: true,
    ENABLE_ROTATING_DEVICE_ID: true,
    ENABLE_TEST_SETUP_PARAMS: false,
  },
  undefined,
  4,
);

/** A project_description.json of a build in a container. */
export const build = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ project_path: '/project', target: 'esp32c6', ...fields });

export const PARTITIONS = [
  '# Name, Type, SubType, Offset, Size, Flags',
  'esp_secure_cert, 0x3F, , 0xd000, 0x2000',
  'nvs, data, nvs, 0x10000, 0x6000',
  'nvs_keys, data, nvs_keys, , 0x1000, encrypted',
  'ota_0, app, ota_0, 0x20000, 0x1E0000',
  'fctry, data, nvs, 0x3E0000, 0x6000',
  '',
].join('\n');

export const APP: Files = { 'app/sdkconfig.defaults': DEFAULTS, 'app/partitions.csv': PARTITIONS };

export const COMMISSIONING = ['discriminator', 'iteration-count', 'salt', 'verifier'];
export const ATTESTATION = ['dac-cert', 'dac-key', 'dac-pub-key', 'pai-cert'];

export const NEEDS: FirmwareNeeds = {
  size: 0x6000,
  keys: [
    ...COMMISSIONING,
    ...ATTESTATION,
    'cert-dclrn',
    'vendor-id',
    'serial-num',
    'rd-id-uid',
    'cal-types',
    'fl-k/1/0',
    'loc-capability',
  ],
  encryption: { scheme: 'none' },
  vendorId: 0xfff2,
  productId: 0x8001,
};

/** APP with text in its sdkconfig.defaults replaced ("A => B") or lines appended ("+A"), and files added. */
export function change(changes: readonly string[], files: Files = {}): Files {
  const defaults = changes.reduce((text, one) => {
    if (one.startsWith('+')) return `${text}${one.slice(1)}\n`;
    const [from = '', to = ''] = one.split(' => ');
    if (!text.includes(from)) throw new Error(`no ${from} in the defaults`);
    return text.replace(from, to);
  }, DEFAULTS);
  return { ...APP, 'app/sdkconfig.defaults': defaults, ...files };
}

/** The files with every fix of the findings applied. */
export function fixed(files: Files, findings: readonly Finding[]): Files {
  const fixes = fixesOf(findings);
  const entries = [...new Set(fixes.map(({ file }) => file))].map((file) => [
    file,
    applySdkconfigFixes(
      files[file] ?? '',
      fixes.filter((fix) => fix.file === file),
    ),
  ]);
  return { ...files, ...Object.fromEntries(entries) };
}
