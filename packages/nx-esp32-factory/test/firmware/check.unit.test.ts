import { firmwareErrors } from '../../src/errors/firmware';
import {
  checkFirmware,
  type FirmwareNeeds,
  type FirmwareOptions,
  fixesOf,
  readFirmware,
} from '../../src/firmware';
import {
  APP,
  ATTESTATION,
  build,
  COMMISSIONING,
  change,
  type Files,
  fixed,
  NEEDS,
  named,
  PARTITIONS,
  reader,
  VALUES,
} from './app';

const check = (files: Files, needs: Partial<FirmwareNeeds> = {}, options: FirmwareOptions = {}) =>
  checkFirmware(readFirmware('app', reader(files), options), { ...NEEDS, ...needs });

/** Notes that an app without a build and with device information has. */
const USUAL = ['not-built', 'device-info-deprecated'];

/** The codes, without the usual ones. */
const codes = (findings: ReturnType<typeof check>) =>
  findings.map(({ code }) => code.split('.')[1] ?? '').filter((code) => !USUAL.includes(code));

const table = (from: string | RegExp, to: string): Files => {
  const text = PARTITIONS.replace(from, to);
  if (text === PARTITIONS) throw new Error(`no ${from} in the table`);
  return { ...APP, 'app/partitions.csv': text };
};

const FLASH_ENCRYPTION = [
  '+CONFIG_SECURE_FLASH_ENC_ENABLED=y',
  '+CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y',
];
const HMAC = ['+CONFIG_NVS_ENCRYPTION=y', '+CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=3'];
const SECURE: Partial<FirmwareNeeds> = {
  keys: ['cert-dclrn', 'vendor-id'],
  secureCert: { size: 0x2000, commissioning: true, key: 'partition' },
};
const SECURE_CHOICES = [
  '+CONFIG_SEC_CERT_DAC_PROVIDER=y',
  '+CONFIG_SEC_CERT_COMMISSIONABLE_DATA_PROVIDER=y',
  '+CONFIG_SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER=y',
  '+CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n',
];

interface Case {
  readonly code: string;
  readonly files: Files;
  readonly needs?: Partial<FirmwareNeeds>;
  readonly options?: FirmwareOptions;
  readonly severity?: 'warning' | 'info';
  /** file:line */
  readonly at: string;
  /** Lines that fix it. */
  readonly lines?: readonly string[];
  /** Further expected codes. */
  readonly also?: readonly string[];
}

const CUSTOM = 'CONFIG_PARTITION_TABLE_CUSTOM';
const D = 'app/sdkconfig.defaults';
const T = 'app/partitions.csv';

const cases: Case[] = [
  // Reading
  { code: 'line-ignored', files: change(['+CONFIG_X = y']), severity: 'warning', at: `${D}:16` },
  {
    code: 'value-ignored',
    files: change(['+CONFIG_ENABLE_ROTATING_DEVICE_ID="y"']),
    severity: 'warning',
    at: `${D}:16`,
  },
  {
    code: 'value-ignored',
    files: change(['+CONFIG_DEVICE_VENDOR_ID=65521']),
    severity: 'warning',
    at: `${D}:16`,
  },
  {
    code: 'defaults-missing',
    files: APP,
    options: { named: named({ sdkconfigDefaults: ['app/sdkconfig.defaults', 'app/sdkconfig.prod'] }) },
    at: 'factory.config.json',
  },
  {
    code: 'sdkconfig-missing',
    files: APP,
    options: { named: named({ sdkconfig: 'app/out/sdkconfig' }) },
    at: 'factory.config.json',
  },
  {
    code: 'build-missing',
    files: APP,
    options: { named: named({ buildFolder: 'app/out' }) },
    at: 'factory.config.json',
  },
  {
    code: 'build-invalid',
    files: { ...APP, 'app/build/project_description.json': '{"target": ' },
    severity: 'warning',
    at: 'app/build/project_description.json',
  },
  {
    code: 'build-outside',
    files: {
      ...APP,
      'app/build/project_description.json': build({ config_file: '/other/sdkconfig' }),
      'app/build/config/sdkconfig.json': VALUES,
    },
    severity: 'warning',
    at: 'app/build/project_description.json',
  },
  {
    code: 'builds-differ',
    files: {
      ...APP,
      'app/build/project_description.json': build({}),
      'app/build/config/sdkconfig.json': VALUES,
      'app/build-product/project_description.json': build({}),
      'app/build-product/config/sdkconfig.json': VALUES.replace('"fctry"', '"nvs"'),
    },
    severity: 'warning',
    at: 'app/build/project_description.json',
  },
  {
    code: 'table-named-missing',
    files: APP,
    options: { named: named({ partitionTable: 'app/partitions.product.csv' }) },
    at: 'factory.config.json',
  },
  {
    code: 'nvs-scheme-unknown',
    files: change(['+CONFIG_SECURE_FLASH_ENC_ENABLED=y']),
    needs: { encryption: { scheme: 'flash' } },
    severity: 'warning',
    at: `${D}:16`,
    lines: ['CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y'],
    also: ['efuse-unknown'],
  },
  {
    code: 'build-unresolved',
    files: { ...APP, 'app/CMakeLists.txt': 'project(x)\nif(A)\nset(SDKCONFIG_DEFAULTS "a;b")\nendif()' },
    severity: 'warning',
    at: 'app/CMakeLists.txt:2',
  },
  {
    code: 'sdkconfig-skipped',
    files: { ...APP, 'app/sdkconfig': '', 'app/sdkconfig.defaults.prod': '' },
    options: { variant: 'prod' },
    severity: 'info',
    at: 'app/sdkconfig',
  },
  {
    code: 'sdkconfig-other-chip',
    files: { ...APP, 'app/sdkconfig': '\nCONFIG_IDF_TARGET="esp32h2"' },
    options: { target: 'esp32c6' },
    at: 'app/sdkconfig:2',
  },
  {
    code: 'sdkconfig-stale',
    files: {
      ...APP,
      'app/sdkconfig':
        'CONFIG_ENABLE_ROTATING_DEVICE_ID=y\nCONFIG_DEVICE_PRODUCT_ID=0x8001\n# CONFIG_ENABLE_TEST_SETUP_PARAMS is not set\nCONFIG_PARTITION_TABLE_OFFSET=0xd000\n',
    },
    severity: 'warning',
    at: 'app/sdkconfig:4',
    also: ['table-overlap'],
  },
  {
    code: 'target-differs',
    files: APP,
    options: { target: 'esp32c3' },
    severity: 'warning',
    at: `${D}:1`,
  },
  {
    code: 'chip-unknown',
    files: change(['"esp32c6" => "esp32c66"']),
    severity: 'warning',
    at: `${D}:1`,
  },
  { code: 'table-missing', files: change(['"partitions.csv" => "none.csv"']), at: `${D}:6` },
  {
    code: 'table-name-computed',
    files: change([`+CONFIG_PARTITION_TABLE_FILENAME="partitions_h2.csv"`]),
    severity: 'warning',
    at: `${D}:16`,
    lines: [`${CUSTOM}_FILENAME="partitions_h2.csv"`],
  },
  {
    code: 'table-name-computed',
    files: change([`${CUSTOM}_FILENAME => CONFIG_PARTITION_TABLE_FILENAME`, '"partitions.csv" => "p.csv"'], {
      'app/p.csv': PARTITIONS,
      [T]: undefined,
    }),
    at: `${D}:6`,
    lines: [`${CUSTOM}_FILENAME="p.csv"`],
  },

  // The partition
  {
    code: 'label-differs',
    files: table('fctry,', 'factory_nvs,'),
    needs: { label: 'factory_nvs' },
    at: `${D}:9`,
    lines: ['CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="factory_nvs"'],
  },
  {
    code: 'partition-missing',
    files: change(['"fctry" => "fctri"']),
    at: `${D}:9`,
    lines: ['CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="fctry"'],
  },
  { code: 'partition-missing', files: table('\nfctry, data, nvs, 0x3E0000, 0x6000', ''), at: `${D}:9` },
  { code: 'partition-type', files: table('fctry, data, nvs,', 'fctry, data, fat,'), at: `${T}:6` },
  {
    code: 'partition-encrypted',
    files: table('0x3E0000, 0x6000', '0x3E0000, 0x6000, encrypted'),
    at: `${T}:6`,
    also: ['nvs-encrypted'],
  },
  { code: 'partition-not-readonly', files: APP, needs: { readOnly: true }, at: `${T}:6` },
  { code: 'partition-too-small', files: APP, needs: { size: 0x7000 }, at: `${T}:6` },
  { code: 'partition-larger', files: APP, needs: { size: 0x4000 }, severity: 'warning', at: `${T}:6` },
  {
    code: 'partition-shared',
    files: change(['CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="fctry" => # none']),
    severity: 'warning',
    at: D,
    lines: ['CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="fctry"'],
  },
  {
    code: 'partition-shared',
    files: change(['+CONFIG_CHIP_KVS_NAMESPACE_PARTITION_LABEL="fctry"']),
    severity: 'warning',
    at: `${D}:9`,
  },
  {
    code: 'partition-readonly-written',
    files: {
      ...change(['"fctry" => "nvs"']),
      ...{ [T]: PARTITIONS.replace('0x10000, 0x6000', '0x10000, 0x6000, readonly') },
    },
    at: `${T}:3`,
  },
  {
    code: 'secure-cert-partition-missing',
    files: { ...change(SECURE_CHOICES), [T]: PARTITIONS.replace(/esp_secure_cert.*\n/, '') },
    needs: SECURE,
    at: T,
  },
  {
    code: 'secure-cert-too-small',
    files: change(SECURE_CHOICES),
    needs: { ...SECURE, secureCert: { size: 0x3000, commissioning: true, key: 'partition' } },
    at: `${T}:2`,
  },
  {
    code: 'secure-cert-encrypted',
    files: change([...SECURE_CHOICES, ...FLASH_ENCRYPTION]),
    needs: { ...SECURE, encryption: { scheme: 'flash' } },
    severity: 'info',
    at: `${T}:2`,
    also: ['efuse-unknown'],
  },

  // Providers
  {
    code: 'factory-provider-off',
    files: change([
      'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y => # CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER is not set',
    ]),
    at: `${D}:10`,
    lines: ['CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y'],
  },
  {
    code: 'instance-provider-off',
    files: change(['CONFIG_ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER=y => # none']),
    at: D,
    lines: ['CONFIG_ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER=y'],
  },
  {
    code: 'device-info-provider-off',
    files: change(['DEVICE_INFO_PROVIDER=y => DEVICE_INFO_PROVIDER=n']),
    at: `${D}:12`,
    lines: ['CONFIG_ENABLE_ESP32_DEVICE_INFO_PROVIDER=y'],
  },
  { code: 'device-info-deprecated', files: APP, severity: 'info', at: `${D}:12` },
  {
    code: 'location-capability-off',
    files: change(['LOCATIONCAPABILITY=y => LOCATIONCAPABILITY=n']),
    severity: 'warning',
    at: `${D}:13`,
    lines: ['CONFIG_ENABLE_ESP32_LOCATIONCAPABILITY=y'],
  },
  {
    code: 'rotating-id-off',
    files: change(['ROTATING_DEVICE_ID=y => ROTATING_DEVICE_ID=n']),
    severity: 'warning',
    at: `${D}:14`,
    lines: ['CONFIG_ENABLE_ROTATING_DEVICE_ID=y'],
  },
  {
    code: 'declaration-overridden',
    files: change(['+CONFIG_ENABLE_SET_CERT_DECLARATION_API=y']),
    at: `${D}:16`,
    lines: ['CONFIG_ENABLE_SET_CERT_DECLARATION_API=n'],
  },
  {
    code: 'test-setup-params',
    files: change(['CONFIG_ENABLE_TEST_SETUP_PARAMS=n => # none']),
    severity: 'warning',
    at: D,
    lines: ['CONFIG_ENABLE_TEST_SETUP_PARAMS=n'],
  },
  {
    code: 'provider-elsewhere',
    files: change(['+CONFIG_EXAMPLE_DAC_PROVIDER=y']),
    at: `${D}:16`,
    lines: ['CONFIG_EXAMPLE_DAC_PROVIDER=n', 'CONFIG_FACTORY_PARTITION_DAC_PROVIDER=y'],
  },
  {
    code: 'provider-elsewhere',
    files: change(['+CONFIG_SEC_CERT_COMMISSIONABLE_DATA_PROVIDER=y']),
    at: `${D}:16`,
    lines: [
      'CONFIG_SEC_CERT_COMMISSIONABLE_DATA_PROVIDER=n',
      'CONFIG_FACTORY_COMMISSIONABLE_DATA_PROVIDER=y',
    ],
  },
  {
    code: 'provider-elsewhere',
    files: change(SECURE_CHOICES.slice(1)),
    needs: SECURE,
    at: D,
    lines: ['CONFIG_SEC_CERT_DAC_PROVIDER=y'],
  },
  {
    code: 'discovery-without-ble',
    files: change(['+CONFIG_BT_ENABLED=y']),
    needs: { discovery: 4 },
    severity: 'info',
    at: `${D}:16`,
  },
  {
    code: 'discovery-without-ble',
    files: change(['+CONFIG_BT_ENABLED=y', '+CONFIG_ENABLE_CHIPOBLE=y']),
    needs: { discovery: 4 },
    severity: 'info',
    at: `${D}:17`,
  },
  {
    code: 'provider-custom',
    files: change(['+CONFIG_CUSTOM_DAC_PROVIDER=y']),
    severity: 'info',
    at: `${D}:16`,
  },
  {
    code: 'data-missing',
    files: APP,
    needs: { keys: [...COMMISSIONING, 'vendor-id'] },
    severity: 'warning',
    at: D,
  },
  { code: 'key-too-long', files: APP, needs: { keys: [...NEEDS.keys, 'sm-st-sz/ffff/10'] }, at: '' },
  {
    code: 'ds-peripheral',
    files: change([...SECURE_CHOICES.slice(0, 3)]),
    needs: SECURE,
    at: D,
    lines: ['CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n'],
  },
  {
    code: 'ecdsa-peripheral',
    files: change(SECURE_CHOICES),
    needs: { ...SECURE, secureCert: { commissioning: true, key: 'ecdsa-peripheral' } },
    at: D,
    also: ['efuse-unknown'],
  },
  {
    code: 'ecdsa-peripheral',
    files: change(['"esp32c6" => "esp32h2"', ...SECURE_CHOICES, '+CONFIG_USE_ESP32_ECDSA_PERIPHERAL=n']),
    needs: { ...SECURE, secureCert: { commissioning: true, key: 'ecdsa-peripheral' } },
    at: `${D}:20`,
    lines: ['CONFIG_USE_ESP32_ECDSA_PERIPHERAL=y'],
    also: ['efuse-unknown'],
  },
  {
    code: 'vendor-id-differs',
    files: change(['+CONFIG_DEVICE_VENDOR_ID=0x131B']),
    severity: 'warning',
    at: `${D}:16`,
    lines: ['CONFIG_DEVICE_VENDOR_ID=0xFFF2'],
  },
  {
    code: 'product-id-differs',
    files: change(['+CONFIG_DEVICE_PRODUCT_ID=8002']),
    severity: 'warning',
    at: `${D}:16`,
    lines: ['CONFIG_DEVICE_PRODUCT_ID=0x8001'],
  },

  // Encryption
  { code: 'encryption-missing', files: change(FLASH_ENCRYPTION), at: `${D}:16`, also: ['efuse-unknown'] },
  { code: 'encryption-unexpected', files: APP, needs: { encryption: { scheme: 'flash' } }, at: D },
  {
    code: 'encryption-unexpected',
    files: change([...FLASH_ENCRYPTION, '+CONFIG_NVS_ENCRYPTION=n']),
    needs: { encryption: { scheme: 'flash' } },
    at: `${D}:18`,
    lines: ['CONFIG_NVS_ENCRYPTION=y'],
    also: ['efuse-unknown'],
  },
  {
    code: 'encryption-scheme',
    files: change(['+CONFIG_NVS_ENCRYPTION=y', '+CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y']),
    needs: { encryption: { scheme: 'flash' } },
    at: D,
  },
  {
    code: 'encryption-scheme',
    files: change([...FLASH_ENCRYPTION, '+CONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y']),
    needs: { encryption: { scheme: 'flash' } },
    at: `${D}:18`,
    lines: ['CONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=n', 'CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y'],
    also: ['efuse-unknown'],
  },
  {
    code: 'encryption-scheme',
    files: {
      ...change(['+CONFIG_SECURE_FLASH_ENC_ENABLED=y']),
      'app/dependencies.lock': 'dependencies:\n  idf:\n    version: 6.0.0\n',
    },
    needs: { encryption: { scheme: 'flash' } },
    at: D,
    lines: ['CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y'],
    also: ['efuse-unknown'],
  },
  {
    code: 'encryption-unavailable',
    files: change(['"esp32c6" => "esp32"', '+CONFIG_NVS_ENCRYPTION=y']),
    at: `${D}:16`,
  },
  {
    code: 'keys-partition-missing',
    files: { ...change(FLASH_ENCRYPTION), [T]: PARTITIONS.replace(/nvs_keys.*\n/, '') },
    needs: { encryption: { scheme: 'flash' } },
    at: T,
    also: ['efuse-unknown'],
  },
  {
    code: 'hmac-unsupported',
    files: change(['"esp32c6" => "esp32c2"', ...FLASH_ENCRYPTION]),
    needs: { encryption: { scheme: 'hmac', keyId: 3 } },
    at: `${D}:17`,
    also: ['efuse-unknown', 'efuse-unknown'],
  },
  {
    code: 'hmac-key-id-missing',
    files: change(['+CONFIG_NVS_ENCRYPTION=y']),
    needs: { encryption: { scheme: 'hmac', keyId: 3, firmwareDerivesKeys: true } },
    at: D,
    lines: ['CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=3'],
    also: ['efuse-unknown'],
  },
  {
    code: 'hmac-key-id-differs',
    files: change(HMAC),
    needs: { encryption: { scheme: 'hmac', keyId: 4, firmwareDerivesKeys: true } },
    at: `${D}:17`,
    lines: ['CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=4'],
    also: ['efuse-unknown'],
  },
  {
    code: 'hmac-matter-sdk',
    files: change(HMAC),
    needs: { encryption: { scheme: 'hmac', keyId: 3 } },
    severity: 'warning',
    at: `${D}:17`,
    also: ['efuse-unknown'],
  },
  {
    code: 'secrets-plain',
    files: change([...FLASH_ENCRYPTION, '+CONFIG_NVS_ENCRYPTION=n']),
    severity: 'warning',
    at: `${D}:16`,
    also: ['efuse-unknown'],
  },
  {
    code: 'efuse-unknown',
    files: change(FLASH_ENCRYPTION),
    needs: { encryption: { scheme: 'flash' } },
    severity: 'info',
    at: '',
  },
];

describe('checkFirmware', () => {
  it('finds nothing if app and image agree', () => {
    expect(codes(check(APP))).toEqual([]);
    expect(codes(check(change(SECURE_CHOICES), SECURE))).toEqual([]);
    expect(
      codes(check(change(HMAC), { encryption: { scheme: 'hmac', keyId: 3, firmwareDerivesKeys: true } })),
    ).toEqual(['efuse-unknown']);
  });

  it.each(cases.map((one) => [one.code, one] as const))('finds %s', (_, one) => {
    const findings = check(one.files, one.needs, one.options);
    const found = findings.find(({ code }) => code === `firmware.${one.code}`);
    expect(found).toMatchObject({ severity: one.severity ?? 'error' });
    const { file = '', line } = found?.where ?? {};
    expect(line === undefined ? file : `${file}:${line}`).toBe(one.at);
    const others = codes(findings.filter((finding) => finding !== found));
    expect(others.sort()).toEqual([...(one.also ?? [])].sort());
    expect(found?.message).not.toBe('');
    expect(found?.help).not.toBe('');
    const lines = found === undefined ? [] : fixesOf([found]).map((fix) => fix.line);
    expect(lines).toEqual(one.lines ?? []);
  });

  const fixable = cases.filter(({ lines }) => lines !== undefined);
  it.each(fixable.map((one) => [one.code, one] as const))(
    '%s is gone once fixed, also with a build',
    (_, one) => {
      const built = { ...one.files, 'app/sdkconfig': one.files[D] ?? '' };
      for (const files of [one.files, built]) {
        const findings = check(files, one.needs, one.options);
        const found = findings.filter(({ code }) => code === `firmware.${one.code}`);
        const after = check(fixed(files, found), one.needs, one.options);
        expect(codes(after)).not.toContain(one.code);
        expect(codes(after)).not.toContain('sdkconfig-stale');
      }
    },
  );

  it('has a row for every code', () => {
    // Not checked: there is no app to read (test/inputs/firmware.unit.test.ts).
    // The others of projects: project-build.unit.test.ts.
    const ofProjects = [
      'presets-invalid',
      'preset-unknown',
      'presets-differ',
      'environments-differ',
      'environment-used',
      'table-of-platformio',
    ];
    const covered = [...cases.map(({ code }) => code), ...ofProjects, 'not-built', 'not-checked'];
    const all = firmwareErrors.codes.map((code) => code.slice('firmware.'.length));
    expect(all.filter((code) => !covered.includes(code))).toEqual([]);
    expect(check(APP).map(({ code }) => code)).toEqual([
      'firmware.device-info-deprecated',
      'firmware.not-built',
    ]);
    const keys = ['sm-sz/1', 'sm-label/1/0', 'sm-mode/1/0', 'sm-st-sz/1/0', 'st-v/1/0/0', 'st-mfg/1/0/0'];
    const modes = check(
      { ...APP, 'app/sdkconfig': '' },
      { keys: [...COMMISSIONING, ...ATTESTATION, ...keys] },
    );
    expect(modes.map(({ code }) => code)).toEqual([]);
  });

  it('requires nothing of the firmware that the image does not need', () => {
    const bare = { 'app/sdkconfig.defaults': change([])[D] ?? '', [T]: PARTITIONS };
    const needs = { keys: [], encryption: { scheme: 'none' } } as const;
    const off = change([
      'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y => # none',
      'CONFIG_ENABLE_ROTATING_DEVICE_ID=y => # none',
    ]);
    expect(codes(checkFirmware(readFirmware('app', reader(bare)), needs))).toEqual([
      'data-missing',
      'data-missing',
    ]);
    expect(codes(checkFirmware(readFirmware('app', reader(off)), needs))).toEqual([]);
  });

  it('sorts errors first, and lists each fix once', () => {
    const findings = check(
      change(['"fctry" => "nvs"', 'FACTORY_DATA_PROVIDER=y => FACTORY_DATA_PROVIDER=n']),
      { label: 'fctry' },
    );
    const severities = findings.map(({ severity }) => severity);
    expect(severities).toEqual(
      [...severities].sort((a, b) => 'error warning info'.indexOf(a) - 'error warning info'.indexOf(b)),
    );
    const lines = fixesOf(findings).map(({ line }) => line);
    expect(new Set(lines).size).toBe(lines.length);
  });
});
