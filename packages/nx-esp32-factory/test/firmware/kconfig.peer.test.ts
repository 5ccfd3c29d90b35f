import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerProgram } from '../../../../tools/testing/peer-program';
import { type Firmware, readFirmware } from '../../src/firmware';
import { named } from './app';

const python = peerProgram('kconfig', 'python');

const TABLES = ['SINGLE_APP', 'TWO_OTA', 'CUSTOM'] as const;

/** Symbols as declared by ESP-IDF's partition_table and Matter's chip components. */
const KCONFIG = `mainmenu "app"
    choice PARTITION_TABLE_TYPE
        prompt "Partition table"
        default PARTITION_TABLE_SINGLE_APP
${TABLES.map((name) => `        config PARTITION_TABLE_${name}\n            bool "${name}"`).join('\n')}
    endchoice
    config PARTITION_TABLE_CUSTOM_FILENAME
        string "Custom partition CSV file" if PARTITION_TABLE_CUSTOM
        default "partitions.csv"
    config PARTITION_TABLE_FILENAME
        string
        default "partitions_singleapp.csv" if PARTITION_TABLE_SINGLE_APP
        default "partitions_two_ota.csv" if PARTITION_TABLE_TWO_OTA
        default PARTITION_TABLE_CUSTOM_FILENAME if PARTITION_TABLE_CUSTOM
    config PARTITION_TABLE_OFFSET
        hex "Offset of partition table"
        default 0x8000
    config CHIP_FACTORY_NAMESPACE_PARTITION_LABEL
        string "label"
        default "nvs"
    config ENABLE_TEST_SETUP_PARAMS
        bool "test parameters"
        default y
    config DEVICE_VENDOR_ID
        hex "vendor id"
        range 1 0xFFFE
        default 0xFFF1
`;

const LABEL = 'CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL';
const TABLE = 'CONFIG_PARTITION_TABLE';
const TEST = 'CONFIG_ENABLE_TEST_SETUP_PARAMS';
const VENDOR = 'CONFIG_DEVICE_VENDOR_ID';

/** The values that Kconfig computes from the files, and those that we read from them. */
const facts = {
  built: (text: string) => {
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? 'n';
    return {
      table: JSON.parse(value(`${TABLE}_FILENAME`)),
      offset: Number.parseInt(value(`${TABLE}_OFFSET`), 16),
      label: JSON.parse(value(LABEL)),
      test: value(TEST) === 'y',
      vendor: Number.parseInt(value(VENDOR), 16),
    };
  },
  read: ({ table, label, providers, vendorId }: Firmware) => ({
    table: table.file,
    offset: table.offset.value,
    label: label.value,
    test: providers.testSetupParams.value,
    vendor: vendorId.value,
  }),
};

describe('esp-idf-kconfig', () => {
  it.each<[defaults: string, second: string, sdkconfig?: string]>([
    ['', ''],
    [`${TEST}=n\n${VENDOR}=0x131B\n${LABEL}="fctry"`, ''],
    [`${TEST}=n`, `${TEST}=y`],
    [`  ${TEST}=n  \r\n${VENDOR}=131B # hexadecimal\r\n${LABEL}="fctry" # ours\r\n`, ''],
    [`${TEST}=no\n${VENDOR}=65521\n${LABEL}=fctry`, ''],
    [`${TEST}="n"\n${VENDOR}="0x131B"\n${LABEL}= "fctry"`, ''],
    [`${TEST} = n\nexport ${VENDOR}=1\n${LABEL}="fctry`, ''],
    [`${TEST}=Y\n${TEST}=`, ''],
    [`  # ${TEST} is not set`, ''],
    [`#  ${TEST} is not set\n#${TEST}=n`, ''],
    [`${LABEL}="a"`, `${LABEL}="b"`, `${LABEL}="c"\n# ${TEST} is not set`],
    [`${LABEL}="a \\"quoted\\" \\\\ label"\n${VENDOR}=0x0`, ''],
    [`${TABLE}_CUSTOM=y\n${TABLE}_OFFSET=0xC000`, ''],
    [`${TABLE}_CUSTOM=y\n${TABLE}_CUSTOM_FILENAME="a.csv"\n${TABLE}_OFFSET=c000`, ''],
    [`${TABLE}_CUSTOM=y\n${TABLE}_FILENAME="a.csv"`, ''],
    [`${TABLE}_CUSTOM=y`, `${TABLE}_TWO_OTA=y`],
    [`${TABLE}_CUSTOM=y`, `${TABLE}_CUSTOM=n`],
    [`${TABLE}_CUSTOM=y\n${TABLE}_TWO_OTA=y`, `${TABLE}_TWO_OTA=n`],
    [
      `${TABLE}_TWO_OTA=y`,
      '',
      `# ${TABLE}_TWO_OTA is not set\n${TABLE}_CUSTOM=y\n${TABLE}_CUSTOM_FILENAME="c.csv"`,
    ],
  ])('%j, %j, sdkconfig %j', (defaults, second, sdkconfig = '') => {
    const folder = mkdtempSync(join(tmpdir(), 'kconfig-'));
    try {
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
      write('Kconfig', KCONFIG);
      write('sdkconfig.defaults', defaults);
      write('sdkconfig.defaults.second', second);
      if (sdkconfig !== '') write('sdkconfig', sdkconfig);
      const files = {
        readFile: (name: string) =>
          existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined,
      };
      const ours = facts.read(
        readFirmware('', files, {
          variant: 'second',
          named: named({ sdkconfig: 'sdkconfig' }),
        }),
      );
      const options = ['--kconfig', 'Kconfig', '--config', 'sdkconfig', '--output', 'config', 'out'];
      const inputs = ['--defaults', 'sdkconfig.defaults', '--defaults', 'sdkconfig.defaults.second'];
      execFileSync(python, ['-m', 'kconfgen', ...options, ...inputs], { cwd: folder, stdio: 'ignore' });
      expect(ours).toEqual(facts.built(readFileSync(join(folder, 'out'), 'utf8')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
