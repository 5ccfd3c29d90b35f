import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TABLE_CHOICES, parseCertificate, parsePartitionTable } from 'nvs-core';
import { DEVELOPMENT_FILES } from '../../../src/inputs';
import { APP, contents, DEFAULTS, init, LIGHT, readConfig, readText, TABLE, workspace } from './fixtures';

const ROOT = 'apps/light';

describe('init of an app', () => {
  it('writes a config for the device, the firmware and the credentials', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    await init(tree, { project: 'light' });
    const { commissioning, ...config } = readConfig(tree, ROOT);
    expect(config).toEqual({
      $schema: '../../node_modules/nx-esp32-factory/factory.config.schema.json',
      chip: 'esp32c3',
      deviceInstanceInfo: {
        vendorId: '0xFFF1',
        vendorName: 'Test Vendor',
        productId: '0x8000',
        productName: 'light',
        hardwareVersion: 1,
        hardwareVersionString: '1.0',
      },
      partition: { label: 'fctry', size: '0x6000' },
      encryption: { scheme: 'none' },
      attestation: {
        dac: {
          certificate: { file: 'credentials/dac.pem' },
          key: { file: 'credentials/dac-key.pem' },
        },
        pai: { certificate: { file: 'credentials/pai.pem' } },
        certificationDeclaration: { file: 'credentials/cd.der' },
        trust: {
          paa: { folder: 'credentials/paa-trust-store' },
        },
      },
    });
    expect(commissioning).toEqual({ passcode: expect.any(Number), discriminator: expect.any(Number) });
  });

  it('uses the values of options, with ids in any notation', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    await init(tree, {
      project: 'light',
      vendorId: 65522,
      vendorName: 'Vendor',
      productId: '0x8005',
      productName: 'Lamp',
      discriminator: 0,
      chip: 'ESP32-C3',
    });
    const config = readConfig(tree, ROOT);
    expect(config.deviceInstanceInfo).toMatchObject({
      vendorId: '0xFFF2',
      vendorName: 'Vendor',
      productId: '0x8005',
      productName: 'Lamp',
    });
    expect(config.commissioning?.discriminator).toBe(0);
    expect(config.chip).toBe('esp32c3');
    const dac = new Uint8Array(tree.read(`${ROOT}/credentials/dac.pem`) ?? []);
    expect(parseCertificate(dac).ids).toMatchObject({
      vendorId: 0xfff2,
      productId: 0x8005,
    });
  });

  it('generates a passcode and a discriminator for each app', async () => {
    const tree = workspace({ a: LIGHT, b: LIGHT });
    await init(tree, { project: 'a' });
    await init(tree, { project: 'b' });
    const [a, b] = ['a', 'b'].map((root) => readConfig(tree, root).commissioning);
    expect(a).not.toEqual(b);
  });

  it('uses the ids of the firmware', async () => {
    const defaults = `${DEFAULTS}CONFIG_DEVICE_VENDOR_ID=0xFFF3\nCONFIG_DEVICE_PRODUCT_ID=0x8123\n`;
    const tree = workspace({ [ROOT]: { ...LIGHT, 'sdkconfig.defaults': defaults } });
    await init(tree, { project: 'light' });
    expect(readConfig(tree, ROOT).deviceInstanceInfo).toMatchObject({
      vendorId: '0xFFF3',
      productId: '0x8123',
    });
  });

  it('leaves the chip out if it is unknown, and reports that', async () => {
    const tree = workspace({ [ROOT]: APP });
    const { output } = await init(tree, { project: 'light' });
    expect(readConfig(tree, ROOT)).not.toHaveProperty('chip');
    expect(output).toContain('init.chip-unknown');
    const explicit = workspace({ [ROOT]: APP });
    expect((await init(explicit, { project: 'light', chip: 'esp32c6' })).output).not.toContain(
      'init.chip-unknown',
    );
    expect(readConfig(explicit, ROOT).chip).toBe('esp32c6');
  });

  it('generates credentials whose keys do not go through the Tree', async () => {
    const root = mkdtempSync(join(tmpdir(), 'init-keys-'));
    const tree = workspace({ [ROOT]: LIGHT }, root);
    const umask = process.umask(0);
    try {
      const { finish } = await init(tree, { project: 'light', skipPackageJson: true });
      const inTree = contents(tree);
      expect(
        Object.keys(inTree)
          .filter((path) => path.startsWith(`${ROOT}/credentials/`))
          .map((path) => path.slice(`${ROOT}/credentials/`.length))
          .sort(),
      ).toEqual(['cd.der', 'dac.pem', 'paa-trust-store/paa.der', 'pai.pem']);
      expect(Object.values(inTree).filter((text) => text.includes('PRIVATE KEY'))).toEqual([]);
      // A dry run ends here.
      expect(readdirSync(root)).toEqual(['README.md']);
      await finish();
      const folder = join(root, ROOT, 'credentials');
      const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
      expect(Object.fromEntries(modes)).toEqual({
        'dac-key.pem': 0o600,
        'pai-key.pem': 0o600,
        'paa-key.pem': 0o600,
      });
    } finally {
      process.umask(umask);
      rmSync(root, { recursive: true });
    }
  });

  it('prints the lines that it adds, and keeps comments and order', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const { output } = await init(tree, { project: 'light' });
    const lines = [
      '# Settings that make the firmware read the factory data (nx-esp32-factory)',
      'CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="fctry"',
      'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y',
      'CONFIG_ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER=y',
      'CONFIG_ENABLE_TEST_SETUP_PARAMS=n',
    ];
    const row = 'fctry,    data, nvs,     0x1F0000,0x6000';
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toBe(`${DEFAULTS}\n${lines.join('\n')}\n`);
    expect(readText(tree, `${ROOT}/partitions.csv`).replaceAll(' ', '')).toBe(
      `${TABLE}${row}\n`.replaceAll(' ', ''),
    );
    expect(readText(tree, `${ROOT}/partitions.csv`).startsWith(TABLE)).toBe(true);
    for (const line of lines) expect(output).toContain(`  + ${line}`);
    expect(output.replaceAll(' ', '')).toContain(`+${row}`.replaceAll(' ', ''));
  });

  it('prints the next steps', async () => {
    const { output } = await init(workspace({ [ROOT]: LIGHT }), { project: 'light' });
    expect(output).toContain('nx run light:factory-image');
    expect(output).toContain('factory-output/apps/light/default');
    expect(output).toContain('idf.py -C apps/light build flash');
    expect(output).toContain('--paa-trust-store-path apps/light/credentials/paa-trust-store');
    expect(output).not.toContain('--cd-trust-store-path');
  });

  it('prints commands that a shell reads as they are meant, for the package manager of the workspace', async () => {
    const root = mkdtempSync(join(tmpdir(), 'init-commands-'));
    try {
      const tree = workspace({ 'apps/my light': LIGHT }, root);
      writeFileSync(join(root, 'pnpm-lock.yaml'), '');
      const { output } = await init(tree, { project: 'apps/my light', skipPackageJson: true });
      expect(output).toContain("  pnpm exec nx run 'my light:factory-image'\n");
      expect(output).toContain("  pnpm exec nx run 'my light:factory-flash' --dryRun\n");
      expect(output).toContain("  idf.py -C 'apps/my light' build flash\n");
      expect(output).toContain("--paa-trust-store-path 'apps/my light/credentials/paa-trust-store'");
      const { output: again } = await init(tree, { project: 'my light', skipPackageJson: true });
      expect(again).toContain("pnpm exec nx g nx-esp32-factory:init 'my light' --fix");
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('never prints the passcode or a key', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const { output } = await init(tree, { project: 'light' });
    expect(output).not.toContain(String(readConfig(tree, ROOT).commissioning?.passcode));
    expect(output).not.toContain('PRIVATE KEY');
  });

  it('changes nothing the second time, but reports the config', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    await init(tree, { project: 'light' });
    const before = contents(tree);
    const { output } = await init(tree, { project: 'light', vendorName: 'Other' });
    expect(contents(tree)).toEqual(before);
    expect(output).toContain('init.config-exists');
    expect(output).toContain('--vendorName');
    const { output: fixed } = await init(tree, { project: 'light', fix: true });
    expect(contents(tree)).toEqual(before);
    expect(fixed).toContain('nothing to fix');
  });

  it('sets up the app in the root of the workspace', async () => {
    const tree = workspace();
    for (const [name, text] of Object.entries(LIGHT)) tree.write(name, text);
    const { output } = await init(tree, { project: './', skipPackageJson: true });
    expect(readConfig(tree, '.').$schema).toBe('./node_modules/nx-esp32-factory/factory.config.schema.json');
    expect(tree.exists(`credentials/${DEVELOPMENT_FILES.dac}`)).toBe(true);
    expect(output).toContain('in factory-output/root/default');
    expect(output).toContain('  idf.py build flash');
  });

  it('warns about an app that does not mention Matter', async () => {
    const { 'main/CMakeLists.txt': _, ...plain } = LIGHT;
    const { output } = await init(workspace({ [ROOT]: plain }), { project: 'light' });
    expect(output).toContain('init.not-matter');
  });
});

describe('the partition', () => {
  it.each(DEFAULT_TABLE_CHOICES)('goes into a copy of ESP-IDF table %s', async (choice) => {
    const defaults = `CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y\nCONFIG_PARTITION_TABLE_${choice}=y\n`;
    const tree = workspace({ [ROOT]: { ...APP, 'sdkconfig.defaults': defaults } });
    await init(tree, { project: 'light' });
    const text = readText(tree, `${ROOT}/sdkconfig.defaults`);
    expect(text).toContain(`CONFIG_PARTITION_TABLE_${choice}=n\n`);
    expect(text).toContain('CONFIG_PARTITION_TABLE_CUSTOM=y\n');
    expect(text).toContain('CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions.csv"\n');
    const { partitions, findings } = parsePartitionTable(
      Buffer.from(readText(tree, `${ROOT}/partitions.csv`)),
      {
        flashSize: 0x400000,
      },
    );
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(partitions.at(-1)).toMatchObject({
      name: 'fctry',
      type: 1,
      subtype: 2,
      size: 0x6000,
      readonly: false,
    });
  });

  it('does not overwrite a partitions.csv that the build does not use', async () => {
    const tree = workspace({ [ROOT]: { ...APP, 'partitions.csv': TABLE } });
    await init(tree, { project: 'light' });
    expect(readText(tree, `${ROOT}/partitions.csv`)).toBe(TABLE);
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toContain('FILENAME="partitions_fctry.csv"');
  });

  const full = (size: number) =>
    TABLE.replace('0x1E0000', `0x${(0x3f0000 - size).toString(16)}`).replace(
      'factory,  app,  factory',
      'data, data, fat',
    );

  it.each([
    [0x8000, 0x6000, false],
    [0x5000, 0x5000, false],
    [0x3000, 0x3000, false],
    [0x2000, 0x2000, true],
    [0x1000, 0x1000, true],
  ])('with %i bytes free has %i, read-only: %s', async (free, size, readOnly) => {
    const tree = workspace({ [ROOT]: { ...LIGHT, 'partitions.csv': full(free) } });
    await init(tree, { project: 'light' });
    const hex = `0x${size.toString(16).toUpperCase()}`;
    expect(readConfig(tree, ROOT).partition).toEqual({
      label: 'fctry',
      size: hex,
      ...(readOnly ? { readOnly } : {}),
    });
    const { partitions, findings } = parsePartitionTable(
      Buffer.from(readText(tree, `${ROOT}/partitions.csv`)),
      {
        flashSize: 0x400000,
      },
    );
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(partitions.at(-1)).toMatchObject({ name: 'fctry', size, readonly: readOnly });
  });

  it('has the label and size of the options', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    await init(tree, { project: 'light', partitionLabel: 'matter', partitionSize: '0x1000' });
    expect(readConfig(tree, ROOT).partition).toEqual({ label: 'matter', size: '0x1000', readOnly: true });
    expect(readText(tree, `${ROOT}/partitions.csv`)).toMatch(/^matter,.*0x1000, +readonly/m);
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toContain('PARTITION_LABEL="matter"');
  });

  it('uses the existing row, and the label that the firmware reads', async () => {
    const table = `${TABLE}facts, data, nvs, , 0x4000\n`;
    const defaults = `${DEFAULTS}CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="facts"\n`;
    const tree = workspace({ [ROOT]: { ...LIGHT, 'partitions.csv': table, 'sdkconfig.defaults': defaults } });
    await init(tree, { project: 'light' });
    expect(readText(tree, `${ROOT}/partitions.csv`)).toBe(table);
    expect(readConfig(tree, ROOT).partition).toEqual({ label: 'facts', size: '0x4000' });
  });

  it('keeps the line endings of both files', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    const files = { ...LIGHT, 'partitions.csv': crlf(TABLE), 'sdkconfig.defaults': crlf(DEFAULTS) };
    const tree = workspace({ [ROOT]: files });
    await init(tree, { project: 'light' });
    for (const name of ['partitions.csv', 'sdkconfig.defaults'] as const) {
      const text = readText(tree, `${ROOT}/${name}`);
      expect(text.startsWith(files[name])).toBe(true);
      expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    }
  });
});

describe('the settings', () => {
  it('of a build are fixed, too', async () => {
    const built = `${DEFAULTS}# CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER is not set\nCONFIG_ENABLE_TEST_SETUP_PARAMS=y\n`;
    const tree = workspace({ [ROOT]: { ...LIGHT, sdkconfig: built } });
    const { output } = await init(tree, { project: 'light' });
    const text = readText(tree, `${ROOT}/sdkconfig`);
    expect(text).toContain('\nCONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y\n');
    expect(text).not.toContain('# CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER is not set');
    expect(text).not.toContain('nx-esp32-factory');
    expect(output).toContain('  - # CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER is not set');
  });

  it('go into the files that the environment of the build names', async () => {
    const own = 'CONFIG_IDF_TARGET="esp32c3"\n';
    const tree = workspace({ [ROOT]: { ...LIGHT, 'sdkconfig.board': DEFAULTS, 'sdkconfig.defaults': own } });
    process.env.SDKCONFIG_DEFAULTS = 'sdkconfig.board';
    try {
      await init(tree, { project: 'light' });
    } finally {
      delete process.env.SDKCONFIG_DEFAULTS;
    }
    const line = 'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y';
    expect(readText(tree, `${ROOT}/sdkconfig.board`)).toContain(line);
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toBe(own);
  });

  it('of NVS encryption give an encrypted image, and a partition for its keys', async () => {
    const defaults = `${DEFAULTS}CONFIG_SECURE_FLASH_ENC_ENABLED=y\n`;
    const tree = workspace({ [ROOT]: { ...LIGHT, 'sdkconfig.defaults': defaults } });
    await init(tree, { project: 'light' });
    expect(readConfig(tree, ROOT).encryption).toEqual({ scheme: 'flash' });
    expect(readText(tree, `${ROOT}/partitions.csv`)).toMatch(
      /^nvs_keys, +data, nvs_keys, *0x1F0000, *0x1000, +encrypted$/m,
    );
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toContain(
      'CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y',
    );
  });

  it('of NVS encryption that are added later are reported, and the config stays plain', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    await init(tree, { project: 'light' });
    const before = readConfig(tree, ROOT);
    expect(before.encryption).toEqual({ scheme: 'none' });
    const defaults = readText(tree, `${ROOT}/sdkconfig.defaults`);
    tree.write(`${ROOT}/sdkconfig.defaults`, `${defaults}CONFIG_SECURE_FLASH_ENC_ENABLED=y\n`);
    const { output } = await init(tree, { project: 'light' });
    expect(output).toContain('firmware.encryption-missing');
    expect(readConfig(tree, ROOT)).toEqual(before);
  });

  it('of rotating device ids give a rotatingDeviceIdUniqueId', async () => {
    const defaults = `${DEFAULTS}CONFIG_ENABLE_ROTATING_DEVICE_ID=y\n`;
    const tree = workspace({ [ROOT]: { ...LIGHT, 'sdkconfig.defaults': defaults } });
    await init(tree, { project: 'light' });
    expect(readConfig(tree, ROOT).deviceInstanceInfo?.rotatingDeviceIdUniqueId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are fixed by --fix for an existing config', async () => {
    const config = JSON.stringify({
      deviceInstanceInfo: { vendorId: '0xFFF1', productId: '0x8000' },
      partition: { label: 'fctry', size: '0x4000' },
      deviceInfo: { locales: ['en-US'], fixedLabels: [{ endpoint: 1, label: 'room', value: 'hall' }] },
    });
    const tree = workspace({ [ROOT]: { ...LIGHT, 'factory.config.json': config } });
    const { output } = await init(tree, { project: 'light' });
    expect(output).toContain('firmware.partition-missing');
    expect(output).toContain('--fix');
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toBe(DEFAULTS);

    await init(tree, { project: 'light', fix: true });
    const text = readText(tree, `${ROOT}/sdkconfig.defaults`);
    expect(text).toContain('CONFIG_ENABLE_ESP32_DEVICE_INFO_PROVIDER=y');
    expect(text).toContain('PARTITION_LABEL="fctry"');
    expect(readText(tree, `${ROOT}/partitions.csv`)).toMatch(/^fctry,.*0x4000/m);
    expect(readText(tree, `${ROOT}/factory.config.json`)).toBe(config);
    expect(tree.exists(`${ROOT}/credentials`)).toBe(false);
  });

  it('are fixed in the files that the section firmware of a config names', async () => {
    const firmware = { project: '../firmware', sdkconfigDefaults: ['../firmware/sdkconfig.board'] };
    const config = JSON.stringify({
      deviceInstanceInfo: { vendorId: '0xFFF1', productId: '0x8000' },
      partition: { label: 'fctry' },
      firmware,
    });
    const tree = workspace({
      [ROOT]: { ...LIGHT, 'factory.config.json': config },
      [`${ROOT}/../firmware`]: { ...APP, 'partitions.csv': TABLE, 'sdkconfig.board': DEFAULTS },
    });
    await init(tree, { project: 'light', fix: true });
    const folder = `${ROOT}/../firmware`;
    expect(readText(tree, `${folder}/sdkconfig.board`)).toContain(
      'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y',
    );
    expect(readText(tree, `${folder}/partitions.csv`)).toMatch(/^fctry,/m);
    expect(readText(tree, `${ROOT}/sdkconfig.defaults`)).toBe(DEFAULTS);
    expect(readText(tree, `${ROOT}/partitions.csv`)).toBe(TABLE);
  });

  it.each([
    [{ readOnly: true }, '0x6000, *readonly'],
    [{ readOnly: true, size: '0x1000' }, '0x1000, *readonly'],
    [{}, '0x6000'],
  ])('--fix adds the row for the config %j', async (partition, row) => {
    const config = JSON.stringify({
      deviceInstanceInfo: { vendorId: '0xFFF1', productId: '0x8000' },
      partition: { label: 'fctry', ...partition },
    });
    const tree = workspace({ [ROOT]: { ...LIGHT, 'factory.config.json': config } });
    await init(tree, { project: 'light', fix: true });
    expect(readText(tree, `${ROOT}/partitions.csv`)).toMatch(new RegExp(`^fctry,.* ${row}$`, 'm'));
  });

  it('are not checked if the config cannot be read, which is reported', async () => {
    const tree = workspace({ [ROOT]: { ...LIGHT, 'factory.config.json': '{' } });
    const { output } = await init(tree, { project: 'light' });
    expect(output).toContain('config.syntax');
  });
});

describe('credentials', () => {
  it('none: refers to files that do not exist yet, with a random passcode', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const { output } = await init(tree, { project: 'light', credentials: 'none', vendorId: '0x1234' });
    const { attestation, commissioning, deviceInstanceInfo } = readConfig(tree, ROOT);
    expect(attestation?.dac).toEqual({
      certificate: { file: 'credentials/dac.pem' },
      key: { file: 'credentials/dac-key.pem' },
    });
    expect(commissioning?.passcode).toEqual({ random: true });
    expect(deviceInstanceInfo).not.toHaveProperty('vendorName');
    expect(tree.exists(`${ROOT}/credentials`)).toBe(false);
    expect(output).toContain('init.credentials-placeholders');
    expect(output).toContain('init.production');
  });

  it('none: rotatingDeviceIdUniqueId is random, too', async () => {
    const defaults = `${DEFAULTS}CONFIG_ENABLE_ROTATING_DEVICE_ID=y\n`;
    const tree = workspace({ [ROOT]: { ...LIGHT, 'sdkconfig.defaults': defaults } });
    await init(tree, { project: 'light', credentials: 'none' });
    expect(readConfig(tree, ROOT).deviceInstanceInfo?.rotatingDeviceIdUniqueId).toEqual({ random: true });
  });
});
