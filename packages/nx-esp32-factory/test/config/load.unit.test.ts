import { configFromObject, type FactoryConfig, loadConfig, OVERRIDES, resolveConfig } from '../../src/config';
import { valueAt } from '../../src/config/document';
import { mergeConfig } from '../../src/config/merge';
import { readSource, referencesOf } from '../../src/config/source';
import { at, CONFIG, type Files, FULL, FULL_FILES, findingsOf, load, MINIMAL, reader } from './samples';

const VARIANT = '/ws/app/factory.production.config.json';

function variant(config: object, base: object = FULL, files: Files = {}) {
  const all = { ...FULL_FILES, ...files, [CONFIG]: JSON.stringify(base), [VARIANT]: JSON.stringify(config) };
  return loadConfig(VARIANT, { readFile: reader(all) });
}

describe('a config that extends another', () => {
  const EXTENDS = { extends: 'factory.config.json' };

  /** What the variant says beside extends, a field, what it then is. */
  const MERGES: readonly (readonly [says: object, path: string, means: unknown])[] = [
    [{}, 'deviceInstanceInfo.vendorId', 0xfff1],
    [
      { deviceInstanceInfo: { vendorId: 2 } },
      'deviceInstanceInfo',
      expect.objectContaining({ vendorId: 2, productId: 0x8000 }),
    ],
    [
      { commissioning: { passcode: { env: 'P' } } },
      'commissioning.passcode',
      expect.objectContaining({ env: 'P' }),
    ],
    [{ commissioning: { passcode: 20202021 } }, 'commissioning.passcode', 20202021],
    [{ commissioning: { verifier: null, passcode: { random: true } } }, 'commissioning.verifier', undefined],
    [{ deviceInfo: { locales: ['fr-FR'] } }, 'deviceInfo.locales', ['fr-FR']],
    [{ deviceInfo: null }, 'deviceInfo', undefined],
    [{ encryption: { scheme: 'none' } }, 'encryption', { scheme: 'none' }],
    [{ encryption: { key: { generate: true } } }, 'encryption', { scheme: 'flash', key: { generate: true } }],
    [{ nvs: { extra: [] } }, 'nvs.extra', []],
    [{ commissioning: { discriminator: { random: true } } }, 'commissioning.discriminator', { random: true }],
  ];

  it.each(MERGES)('%j: %s', (says, path, means) => {
    expect(valueAt(variant({ ...EXTENDS, ...says }).config, path.split('.'))).toEqual(means);
  });

  it('does not mix two values or two ways', () => {
    expect(mergeConfig({ a: { file: 'x', passphrase: 1 } }, { a: { env: 'Y' } })).toEqual({
      a: { env: 'Y' },
    });
    expect(mergeConfig({ a: { certificate: 1, key: 2 } }, { a: { issue: {} } })).toEqual({
      a: { issue: {} },
    });
    expect(mergeConfig({ a: { issue: {} } }, { a: { certificate: 1 } })).toEqual({ a: { certificate: 1 } });
    expect(mergeConfig({ a: { certificate: 1 } }, { a: { key: 2 } })).toEqual({
      a: { certificate: 1, key: 2 },
    });
    expect(mergeConfig(undefined, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
  });

  it('starts relative paths at the file that says them', () => {
    const files = {
      '/ws/shared/base.json': { ...MINIMAL, commissioning: { passcode: { file: 'base.txt' } } },
      '/ws/app/middle.json': {
        extends: '../shared/base.json',
        deviceInstanceInfo: { partNumber: { file: 'middle.txt' } },
      },
      [CONFIG]: { extends: 'middle.json', deviceInstanceInfo: { serialNumber: { file: '/abs/serial.txt' } } },
    };
    const loaded = loadConfig(CONFIG, { readFile: reader(files) });
    expect(loaded.files).toEqual([CONFIG, '/ws/app/middle.json', '/ws/shared/base.json']);
    expect(loaded.references).toEqual([
      { kind: 'file', path: '/ws/app/middle.json', field: 'extends' },
      { kind: 'file', path: '/ws/shared/base.json', field: 'extends' },
      { kind: 'file', path: '/ws/app/middle.txt', field: 'deviceInstanceInfo.partNumber' },
      { kind: 'file', path: '/abs/serial.txt', field: 'deviceInstanceInfo.serialNumber' },
      { kind: 'file', path: '/ws/shared/base.txt', field: 'commissioning.passcode' },
    ]);
    const contents = {
      '/ws/app/middle.txt': 'part',
      '/abs/serial.txt': 'serial',
      '/ws/shared/base.txt': '20202021',
    };
    const resolved = resolveConfig(loaded, { readFile: reader(contents), env: {} });
    expect(resolved.commissioning.passcode).toBe(20202021);
    expect(resolved.deviceInstanceInfo).toMatchObject({ partNumber: 'part', serialNumber: 'serial' });
  });

  it('names the file that is at fault', () => {
    const says = { extends: 'factory.config.json', deviceInstanceInfo: { vendorId: 0 } };
    const base = { ...MINIMAL, chip: 'esp33', deviceInstanceInfo: { vendorId: 1 } };
    expect(findingsOf(() => variant(says, base)).map(({ where }) => [where.file, where.field])).toEqual([
      [CONFIG, 'chip'],
      [VARIANT, 'deviceInstanceInfo.productId'],
      [VARIANT, 'deviceInstanceInfo.vendorId'],
    ]);
  });
});

describe('references', () => {
  const expected = [
    { kind: 'file', path: at('serial.txt'), field: 'deviceInstanceInfo.serialNumber' },
    { kind: 'env', name: 'UNIQUE_ID', field: 'deviceInstanceInfo.rotatingDeviceIdUniqueId' },
    { kind: 'file', path: '/ws/secrets/passcode.txt', field: 'commissioning.passcode' },
    { kind: 'file', path: at('verifier.txt'), field: 'commissioning.verifier' },
    { kind: 'file', path: at('dac.der'), field: 'attestation.dac.certificate' },
    { kind: 'file', path: at('dac_key.pem'), field: 'attestation.dac.key' },
    { kind: 'env', name: 'DAC_PASSPHRASE', field: 'attestation.dac.key.passphrase' },
    { kind: 'env', name: 'PAI', field: 'attestation.pai.certificate' },
    { kind: 'file', path: at('cd.der'), field: 'attestation.certificationDeclaration' },
    { kind: 'env', name: 'PIN', field: 'nvs.extra[2].value' },
    { kind: 'file', path: at('token.txt'), field: 'nvs.extra[4].value' },
    { kind: 'file', path: at('empty.bin'), field: 'nvs.extra[7].value' },
    { kind: 'file', path: at('nvs_keys.bin'), field: 'encryption.key' },
  ];

  it('are listed in the order of the text, whether or not they exist', () => {
    expect(load(FULL).references).toEqual(expected);
    expect(referencesOf(readSource(CONFIG, reader({ [CONFIG]: FULL })))).toEqual(expected);
  });

  it('are every one that is followed', () => {
    const read: string[] = [];
    const asked: string[] = [];
    const loaded = load(FULL, FULL_FILES);
    const env = new Proxy<Record<string, string>>({}, { get: (_, name) => void asked.push(String(name)) });
    const readFile = (path: string) => {
      read.push(path);
      return reader(FULL_FILES)(path);
    };
    expect(findingsOf(() => resolveConfig(loaded, { readFile, env })).map(({ code }) => code)).toEqual(
      Array(asked.length).fill('config.env-unset'),
    );
    const listed = expected.flatMap((reference) => reference.path ?? reference.name ?? []);
    expect([...read, ...asked].sort()).toEqual(listed.sort());
  });

  it('are listed of an invalid config and with a missing base too', () => {
    const config = {
      extends: 'none.json',
      nonsense: [{ file: 'a' }, { env: 5 }, { folder: 'b' }, { file: { env: 'X' } }],
    };
    expect(referencesOf(readSource(CONFIG, reader({ [CONFIG]: config })))).toEqual([
      { kind: 'file', path: at('none.json'), field: 'extends' },
      { kind: 'file', path: at('a'), field: 'nonsense[0]' },
      { kind: 'folder', path: at('b'), field: 'nonsense[2]' },
      { kind: 'env', name: 'X', field: 'nonsense[3].file' },
    ]);
  });

  it('read a file once for all the fields that name it', () => {
    let reads = 0;
    const pair = { vendorName: { file: 'x' }, productName: { file: 'x' } };
    const loaded = load({ deviceInstanceInfo: { vendorId: 1, productId: 1, ...pair } });
    const readFile = () => {
      reads++;
      return Buffer.from('name');
    };
    expect(resolveConfig(loaded, { readFile, env: {} }).deviceInstanceInfo).toMatchObject({
      vendorName: 'name',
      productName: 'name',
    });
    expect(reads).toBe(1);
  });
});

describe('options in place of fields', () => {
  const VALUES: Readonly<Record<string, readonly [given: unknown, means: unknown]>> = {
    chip: ['esp32h2', 'esp32h2'],
    vendorId: ['0xFFF2', 0xfff2],
    vendorName: ['V', 'V'],
    productId: [5, 5],
    productName: ['P', 'P'],
    productLabel: ['L', 'L'],
    productUrl: ['http://x', 'http://x'],
    productFinish: ['matte', 'matte'],
    productColor: ['gold', 'gold'],
    partNumber: ['N', 'N'],
    serialNumber: ['S', 'S'],
    manufacturingDate: ['20250101', '20250101'],
    hardwareVersion: ['7', 7],
    hardwareVersionString: ['7', '7'],
    discriminator: [0, 0],
    iterations: ['1000', 1000],
    flow: ['custom', 2],
    discovery: ['ble, thread', 34],
    deviceType: ['0x100', 256],
    locationCapability: ['indoor', 0],
    locales: ['en-US,de-DE', ['en-US', 'de-DE']],
    calendarTypes: [['Hebrew'], ['Hebrew']],
    partitionLabel: ['x', 'x'],
    partitionSize: ['0x8000', 0x8000],
    nvsVersion: [1, 1],
    readOnly: [true, true],
    attestationSeverity: ['warning', 'warning'],
  };

  it.each(Object.keys(OVERRIDES) as (keyof typeof OVERRIDES)[])('%s', (name) => {
    const [given, means] = VALUES[name] ?? [];
    for (const base of [MINIMAL, FULL]) {
      const { config, where } = loadConfig(CONFIG, {
        readFile: reader({ [CONFIG]: base }),
        overrides: { [name]: given },
      });
      expect(valueAt(config as FactoryConfig, OVERRIDES[name].path)).toEqual(means);
      expect(where(OVERRIDES[name].path)).toEqual({ field: `--${name}` });
    }
  });

  it('takes numbers of a mask as they are, and undefined as not given', () => {
    const overrides = { discovery: '0x22', serialNumber: undefined };
    const { config } = loadConfig(CONFIG, { readFile: reader({ [CONFIG]: FULL }), overrides });
    expect(config.commissioning.discovery).toBe(34);
    expect(config.deviceInstanceInfo.serialNumber).toMatchObject({ file: 'serial.txt' });
  });
});

describe('a config from flags', () => {
  it('starts paths at the folder and names the flags', () => {
    const labels = new Map([['deviceInstanceInfo.vendorId', '--vendor-id']]);
    const options = { folder: '/ws', label: 'command line', labels };
    const cd = { attestation: { certificationDeclaration: { file: 'cd.der' } } };
    const loaded = configFromObject({ ...MINIMAL, ...cd }, options);
    expect(loaded.files).toEqual([]);
    expect(loaded.references).toEqual([
      { kind: 'file', path: '/ws/cd.der', field: 'attestation.certificationDeclaration' },
    ]);
    const bad = { deviceInstanceInfo: { vendorId: 0 } };
    expect(findingsOf(() => configFromObject(bad, options)).map(({ where }) => where)).toEqual([
      { field: '--vendor-id' },
      { file: 'command line', field: 'deviceInstanceInfo.productId' },
    ]);
  });
});
