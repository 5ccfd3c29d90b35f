import { readFileSync } from 'node:fs';
import {
  computeVerifier,
  decodeFactoryData,
  decodeKeysPartition,
  decodeManualCode,
  decodeNdefUri,
  decodeNvs,
  decodeQrCode,
  decryptNvs,
  FactoryError,
  parsePrivateKey,
  randomBytes,
} from 'nvs-core';
import { fromBase64, toBase64, toHex } from 'nvs-core/bytes';
import { EXECUTOR_NAMES, manifestOf, outputsOf, SCRIPT_NAMES, summaryOf } from '../../src/artifacts';
import { createQrCode } from '../../src/device';
import { readInputs } from '../../src/inputs';
import { ITERATIONS, LightApp } from '../light-app';
import { makeTestDevice } from '../make-device';
import { useOwnCdSigner } from '../own-cd-signer';

let app: LightApp;
beforeEach(() => {
  app = new LightApp();
});
afterEach(() => app.remove());

const make = (overrides: Record<string, unknown> = {}, env: Record<string, string> = {}) =>
  makeTestDevice(readInputs(app.config, { overrides, env }), { random: randomBytes, now: new Date() });

const codesOf = async (work: () => unknown): Promise<string[]> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code }) => code);
    throw error;
  }
  return [];
};

const summary = (made: Awaited<ReturnType<typeof make>>) =>
  summaryOf(made, [], { title: 'app', colour: false });

const SALT = 'qbm9wGxgWn7vQkz1qO0l3cZc9o1f0m2s5t8w7y4B6D8=';

describe('the image', () => {
  it('contains the values of the config, read back from its bytes', async () => {
    const { image, layout } = await make();
    expect(image.length).toBe(0x6000);
    const decoded = decodeNvs(image);
    expect(decoded.findings).toEqual([]);
    const { data, findings } = decodeFactoryData(decoded.entries);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const verifier = computeVerifier({ passcode: 34567890, iterations: ITERATIONS, salt: fromBase64(SALT) });
    expect(data.commissioning).toEqual({
      discriminator: 0xf00,
      iterations: ITERATIONS,
      salt: fromBase64(SALT),
      verifier: verifier.bytes,
      deviceType: 0x0101,
      locationCapability: 0,
    });
    const key = parsePrivateKey(app.read('credentials/dac-key.pem'));
    expect(data.attestation?.dacKey).toEqual(key.raw);
    expect(data.attestation?.dacPublicKey).toEqual(key.publicKey);
    expect(toHex(data.attestation?.certificationDeclaration ?? new Uint8Array())).toBe(
      toHex(app.read('credentials/cd.der')),
    );
    expect(data.deviceInstanceInfo).toMatchObject({
      vendorId: 0xfff1,
      productId: 0x8001,
      vendorName: 'Example Vendor',
      productFinish: 'satin',
      productColor: 'white',
      serialNumber: 'EXL-0000-0001',
    });
    expect(data.deviceInfo?.locales).toEqual(['en-US', 'de-DE']);
    expect(data.deviceInfo?.fixedLabels).toHaveLength(2);
    expect(data.deviceInfo?.supportedModes?.[0]?.semanticTags).toEqual([
      { value: 1, manufacturerCode: 0xfff1 },
    ]);
    const extra = decoded.entries.filter(({ namespace }) => namespace === 'light');
    expect(extra.map(({ key: name, type, value }) => [name, type, value])).toEqual([
      ['led-count', 'u16', 12],
      ['gamma', 'blob', new Uint8Array([0, 1, 3, 10, 30, 80, 160, 255])],
    ]);
    expect(layout.usedPages).toBe(1);
  });

  it('writes endpoints in hexadecimal', async () => {
    app.set('deviceInfo', { fixedLabels: [{ endpoint: 10, label: 'floor', value: '2' }] });
    const keys = decodeNvs((await make()).image).entries.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['fl-sz/a', 'fl-k/a/0', 'fl-v/a/0']));
  });

  it('treats discriminator 0 as a value', async () => {
    const { image, codes } = await make({ discriminator: 0 });
    expect(decodeFactoryData(decodeNvs(image).entries).data.commissioning?.discriminator).toBe(0);
    expect(decodeQrCode(codes?.qrCode ?? '').discriminator).toBe(0);
  });

  it('is identical for the same config, and differs with a random salt', async () => {
    expect(toHex((await make()).image)).toBe(toHex((await make()).image));
    app.set('commissioning', { salt: null });
    expect(toHex((await make()).image)).not.toBe(toHex((await make()).image));
  });

  it('has codes that match the image', async () => {
    const { codes } = await make();
    expect(decodeQrCode(codes?.qrCode ?? '')).toMatchObject({
      vendorId: 0xfff1,
      productId: 0x8001,
      flow: 0,
      discovery: 6,
      discriminator: 0xf00,
      passcode: 34567890,
    });
    expect(decodeManualCode(codes?.manualCode ?? '')).toMatchObject({
      passcode: 34567890,
      shortDiscriminator: 0xf,
    });
  });

  it('has neither verifier nor codes for a dynamic passcode', async () => {
    app.set('commissioning', { passcode: { dynamic: true }, salt: null, iterations: null });
    const { image, codes } = await make();
    expect(codes).toBeUndefined();
    expect(decodeFactoryData(decodeNvs(image).entries).data.commissioning).toEqual({
      discriminator: 0xf00,
      deviceType: 0x0101,
      locationCapability: 0,
    });
  });

  it.each([
    ['both', {}, { salt: fromBase64(SALT), iterations: ITERATIONS }, []],
    [
      'a salt, with the default count',
      { iterations: null },
      { salt: fromBase64(SALT), iterations: 10000 },
      [],
    ],
    ['a count alone', { salt: null }, { iterations: ITERATIONS }, ['factory-data.incomplete']],
  ])(
    'keeps the salt and the iteration count that are given with a dynamic passcode: %s',
    async (_, fields, kept, codes) => {
      app.set('commissioning', { passcode: { dynamic: true }, ...fields });
      const { image, findings } = await make();
      const { commissioning } = decodeFactoryData(decodeNvs(image).entries).data;
      expect(commissioning).toEqual({
        discriminator: 0xf00,
        deviceType: 0x0101,
        locationCapability: 0,
        ...kept,
      });
      expect(findings.map(({ code }) => code).filter((code) => code.startsWith('factory-data.'))).toEqual(
        codes,
      );
    },
  );

  it('accepts a verifier that was computed elsewhere, and rejects that of another passcode', async () => {
    const salt = fromBase64(SALT);
    const verifier = (passcode: number) =>
      toBase64(computeVerifier({ passcode, iterations: ITERATIONS, salt }).bytes);
    app.set('commissioning', { verifier: verifier(34567890) });
    expect(await codesOf(make)).toEqual([]);
    app.set('commissioning', { verifier: verifier(34567891) });
    expect(await codesOf(make)).toEqual(['commissioning.verifier-mismatch']);
  });

  it('is encrypted with new keys, or with those of a file', async () => {
    app.set('encryption', { scheme: 'flash' });
    app.write(
      'sdkconfig.defaults',
      `${app.read('sdkconfig.defaults')}CONFIG_NVS_ENCRYPTION=y\nCONFIG_SECURE_FLASH_ENC_ENABLED=y\n`,
    );
    const made = await make();
    const keys = decodeKeysPartition(made.keysPartition ?? new Uint8Array());
    expect(toHex(decryptNvs(made.image, keys)).length).toBe(2 * 0x6000);
    app.write('keys.bin', made.keysPartition ?? '');
    app.set('encryption', { scheme: 'flash', key: { file: 'keys.bin' } });
    expect(toHex((await make()).image)).toBe(toHex(made.image));
  });

  it('fills a small read-only partition to its end, so that no old pages stay', async () => {
    app.set('nvs', { extra: [] });
    app.set('partition', { size: null, label: null });
    app.write(
      'partitions.csv',
      app.read('partitions.csv').toString().replace('0x6000,\n', '0x2000, readonly\n'),
    );
    const { image, layout } = await make();
    expect([image.length, layout.usedPages, layout.readOnly]).toEqual([0x2000, 1, true]);
    expect(image.subarray(0x1000).every((byte) => byte === 0xff)).toBe(true);
    expect(decodeNvs(image, { readOnly: true }).findings).toEqual([]);
  });

  it('gets its size and address from the partition table of the app', async () => {
    app.set('partition', { size: null, label: null });
    const made = await make();
    expect(made.image.length).toBe(0x6000);
    expect(made.partition).toMatchObject({ name: 'fctry', offset: 0x3e0000 });
  });
});

describe('a rejected config', () => {
  const rows: readonly [string, (app: LightApp) => void, readonly string[]][] = [
    [
      'a missing file',
      () => app.set('attestation', { certificationDeclaration: { file: 'no.der' } }),
      ['files.missing'],
    ],
    [
      'a directory instead of a file',
      () => app.set('attestation', { certificationDeclaration: { file: 'credentials' } }),
      ['files.is-directory'],
    ],
    [
      'an environment variable that is not set',
      () => app.set('commissioning', { passcode: { env: 'PASSCODE' } }),
      ['config.env-unset'],
    ],
    [
      'a key of another certificate',
      () => {
        app.set('attestation', {
          dac: { certificate: { file: 'credentials/dac.pem' }, key: { file: 'credentials/pai-key.pem' } },
        });
      },
      ['attestation.key-mismatch'],
    ],
    [
      'a key instead of a certificate',
      () => app.set('attestation', { pai: { certificate: { file: 'credentials/pai-key.pem' } } }),
      ['attestation.wrong-kind'],
    ],
    [
      'a value out of range',
      () => app.set('commissioning', { discriminator: 4096 }),
      ['config.out-of-range'],
    ],
    [
      'an image too small for its data',
      () => {
        app.set('partition', { size: '0x3000' });
        app.set('nvs', {
          extra: [{ namespace: 'app', key: 'big', type: 'blob', value: { file: 'big.bin' } }],
        });
        app.write('big.bin', Buffer.alloc(9000, 1));
      },
      ['nvs.image-too-small'],
    ],
    [
      'a vendor id that the declaration does not have: first that, then the inline secrets of production',
      () => app.set('deviceInstanceInfo', { vendorId: '0x131B' }),
      ['attestation.cd-vendor-id', 'factory.inline-secret', 'factory.inline-secret', 'factory.production'],
    ],
    [
      'an inline passcode in production',
      () => {
        app.set('attestation', null);
        app.set('deviceInstanceInfo', { vendorId: '0x131B' });
      },
      ['factory.inline-secret', 'factory.inline-secret', 'factory.production'],
    ],
    [
      'a line of the sdkconfig that ESP-IDF ignores, and the provider that is off because of it',
      () => {
        const defaults = app.read('sdkconfig.defaults').toString();
        const symbol = 'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER';
        app.write('sdkconfig.defaults', defaults.replace(`${symbol}=y`, `${symbol} = y`));
      },
      ['firmware.factory-provider-off', 'firmware.line-ignored'],
    ],
    [
      'attestation stored where the firmware does not read it',
      () => app.set('storage', { attestation: 'secure-cert' }),
      ['firmware.provider-elsewhere', 'firmware.ds-peripheral'],
    ],
    [
      'a label that is not in the partition table',
      () => app.set('partition', { label: 'factory' }),
      ['firmware.label-differs', 'firmware.partition-missing'],
    ],
    [
      'encryption that the firmware does not expect',
      () => app.set('encryption', { scheme: 'flash' }),
      ['firmware.encryption-unexpected'],
    ],
  ];

  it.each(rows)('%s', async (_, change, codes) => {
    change(app);
    expect(await codesOf(make)).toEqual(codes);
  });

  it('says which id in which file makes it production', async () => {
    app.set('deviceInstanceInfo', { vendorId: '0x131B' });
    const error = await make().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const last = error instanceof FactoryError ? error.findings.at(-1) : undefined;
    expect(last).toMatchObject({ code: 'factory.production', severity: 'info' });
    expect(last?.message).toMatch(
      /the configuration \(.*factory\.config\.json:\d+:\d+, .*\) is 0x131B, not a test id$/,
    );
    app.set('deviceInstanceInfo', { vendorId: '0xFFF1', rotatingDeviceIdUniqueId: null });
    app.set('commissioning', { passcode: { env: 'P' } });
    await useOwnCdSigner(app);
    app.set('attestation', { trust: null });
    const made = await make({ attestationSeverity: 'warning' }, { P: '34567890' });
    expect(made.classification.reasons).toEqual([
      expect.stringMatching(/^the Certification Declaration \(credentials\/\S+\) is not signed by/),
    ]);
  });

  it('reports all errors at once, with their lines', async () => {
    app.set('commissioning', { discriminator: 4096, passcode: 11111111 });
    app.set('deviceInstanceInfo', { vendorNmae: 'typo' });
    try {
      await make();
      throw new Error('accepted');
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      expect(error.findings.map(({ code, where }) => [code, where.field, typeof where.line])).toEqual([
        ['config.unknown-key', 'deviceInstanceInfo.vendorNmae', 'number'],
        ['config.out-of-range', 'commissioning.discriminator', 'number'],
        ['commissioning.passcode-forbidden', 'commissioning.passcode', 'number'],
      ]);
      expect(error.findings[0].help).toContain('vendorName');
    }
  });
});

describe('attestation', () => {
  it('is accepted for the credentials of the example', async () => {
    const made = await make();
    expect(made.attestation).toMatchObject({
      isAccepted: true,
      attestationResult: undefined,
      isRelaxed: false,
    });
    expect(summary(made)).toContain('a commissioner would accept these credentials');
  });

  it('warns in development, with the attestation result', async () => {
    const made = await make({ productId: '0x8000' });
    expect(made.attestation?.attestationResult).toEqual({
      number: 605,
      name: 'CertificationDeclarationInvalidProductId',
    });
    expect(
      made.findings.filter(({ code }) => code.startsWith('attestation.')).map(({ severity }) => severity),
    ).not.toContain('error');
    expect(summary(made)).toContain(
      'WILL REJECT THIS DEVICE with 605 CertificationDeclarationInvalidProductId',
    );
    expect(manifestOf(made, EXECUTOR_NAMES).attestation).toMatchObject({
      isAccepted: false,
      result: { number: 605, name: 'CertificationDeclarationInvalidProductId' },
    });
  });

  it('is an error in development if a setting or an option makes it one', async () => {
    expect(await codesOf(() => make({ productId: '0x8000', attestationSeverity: 'error' }))).not.toEqual([]);
    app.set('attestation', { severity: 'error' });
    expect(await codesOf(() => make({ productId: '0x8000' }))).not.toEqual([]);
  });

  it('is an error in production, and a visible warning if that is relaxed', async () => {
    const production = async (severity?: string) => {
      app.set('deviceInstanceInfo', { vendorId: '0x131B', rotatingDeviceIdUniqueId: null });
      app.set('commissioning', { passcode: { env: 'P' } });
      return make(severity === undefined ? {} : { attestationSeverity: severity }, { P: '34567890' });
    };
    expect(await codesOf(() => production())).toContain('attestation.cd-vendor-id');
    const made = await production('warning');
    expect(manifestOf(made, EXECUTOR_NAMES).attestation).toMatchObject({
      isAccepted: false,
      isRelaxed: true,
    });
    expect(summary(made)).toMatch(/RELAXED/);
    expect(summary(made)).not.toMatch(/MT:|34567890/);
  });

  it('checks DAC and PAI if the firmware has the Certification Declaration', async () => {
    app.set('attestation', { certificationDeclaration: null, severity: 'warning' });
    app.set('commissioning', { passcode: { env: 'P' } });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: null });
    const env = { P: '34567890' };
    const made = await make({}, env);
    expect(made.attestation?.isAccepted).toBeNull();
    expect(made.findings.map(({ code }) => code)).toContain('attestation.cd-not-checked');
    expect(summary(made)).toContain('there is no Certification Declaration to check');
    app.set('attestation', { at: '2024-12-31' });
    expect((await make({}, env)).attestation).toMatchObject({
      isAccepted: false,
      attestationResult: { number: 300 },
    });
  });

  it('checks for the time that the config sets', async () => {
    app.set('attestation', { at: '2024-12-31' });
    expect((await make()).attestation?.attestationResult?.number).toBe(300);
  });
});

describe('the codes', () => {
  const codesFiles = async () => {
    const files = outputsOf(await make(), 'out', SCRIPT_NAMES);
    return (name: string) => {
      const data = files.find(({ path }) => path === `out/${name}`)?.data;
      return typeof data === 'string' ? data : Buffer.from(data ?? []).toString('latin1');
    };
  };

  it('have the serial number if the config says so, in every output', async () => {
    const without = (await make()).codes?.qrCode ?? '';
    expect(decodeQrCode(without).serialNumber).toBeUndefined();
    app.set('commissioning', { qrCode: { serialNumber: true }, nfcTag: true });
    const made = await make();
    const { qrCode = '', picture } = made.codes ?? {};
    expect(decodeQrCode(qrCode)).toEqual({ ...decodeQrCode(without), serialNumber: 'EXL-0000-0001' });
    const file = await codesFiles();
    expect(file('onboarding.txt')).toContain(`QR code        ${qrCode}\n`);
    expect(JSON.parse(file('onboarding.json')).qrCode).toBe(qrCode);
    expect(file('onboarding_codes.csv')).toContain(`\n${qrCode},`);
    expect(file('qr-code.svg')).toBe(createQrCode(qrCode).svg());
    expect(picture?.terminal(false)).toBe(createQrCode(qrCode).terminal(false));
    expect(summary(made)).toContain(qrCode);
    expect(decodeNdefUri(Buffer.from(file('onboarding.ndef'), 'latin1'))).toBe(qrCode);
  });

  it('have the serial number that is generated, or of an option', async () => {
    app.set('commissioning', { qrCode: { serialNumber: true } });
    const serialNumberIn = (code = '') => decodeQrCode(code).serialNumber;
    expect(serialNumberIn((await make({ serialNumber: 'OPTION-1' })).codes?.qrCode)).toBe('OPTION-1');
    app.set('deviceInstanceInfo', { serialNumber: { random: true } });
    const { codes, image } = await make();
    const { data } = decodeFactoryData(decodeNvs(image).entries);
    expect(serialNumberIn(codes?.qrCode)).toBe(data.deviceInstanceInfo?.serialNumber);
  });

  it('are rejected without the serial number that they should have', async () => {
    app.set('commissioning', { qrCode: { serialNumber: true } });
    app.set('deviceInstanceInfo', { serialNumber: null });
    expect(await codesOf(make)).toEqual(['factory.qr-code-serial-number']);
  });

  it.each([
    ['SN-00000', true],
    ['SN-0000', false],
    ['SN-000000', false],
  ])('with the serial number %s can be read by matter.js or not', async (serialNumber, expected) => {
    app.set('commissioning', { qrCode: { serialNumber: true } });
    const { codes, findings } = await make({ serialNumber });
    const code = 'factory.qr-code-matter-js';
    expect(findings.filter((finding) => finding.code === code)).toHaveLength(expected ? 1 : 0);
    expect(decodeQrCode(codes?.qrCode ?? '').serialNumber).toBe(serialNumber);
  });

  it.each([
    [['nfc', 'ble'], ['factory.discovery-new']],
    [['thread'], ['factory.discovery-new']],
    [['soft-ap', 'ble', 'on-network', 'wifi-paf'], []],
  ])('of a device that is found by %j', async (discovery, expected) => {
    app.set('commissioning', { discovery });
    const found = (await make()).findings.filter(({ code }) => code === 'factory.discovery-new');
    expect(found.map(({ code }) => code)).toEqual(expected);
    for (const { where, severity } of found) {
      expect([where.file, severity]).toEqual([expect.stringContaining('factory.config.json'), 'warning']);
    }
  });
});

describe('outputs', () => {
  it('have the names of the executor, or of the SDK script', async () => {
    const made = await make();
    const names = async (style: typeof EXECUTOR_NAMES) =>
      outputsOf(made, 'out', style).map(({ path }) => path);
    expect(await names(EXECUTOR_NAMES)).toEqual([
      'out/partition.bin',
      'out/onboarding.txt',
      'out/onboarding.json',
      'out/qr-code.svg',
      'out/qr-code.png',
      'out/manifest.json',
    ]);
    expect(await names(SCRIPT_NAMES)).toEqual(
      expect.arrayContaining(['out/factory_partition.bin', 'out/onboarding_codes.csv']),
    );
  });

  it('mark every file with secrets as secret', async () => {
    const files = outputsOf(await make(), 'out', SCRIPT_NAMES);
    expect(files.filter(({ secret }) => !secret).map(({ path }) => path)).toEqual(['out/manifest.json']);
  });

  it('have a manifest without a secret in any form', async () => {
    const made = await make();
    const text = JSON.stringify(manifestOf(made, EXECUTOR_NAMES));
    const { data } = decodeFactoryData(decodeNvs(made.image).entries);
    const { salt, verifier } = data.commissioning ?? {};
    const key = data.attestation?.dacKey;
    for (const secret of [salt, verifier, key]) {
      if (secret === undefined) throw new Error('the example has all of them');
      expect(text).not.toContain(toHex(secret));
      expect(text).not.toContain(toBase64(secret));
    }
    expect(text).not.toContain('34567890');
    expect(text).not.toContain('8f3c1d7a5b904e26a1c05d8e7f4b2963');
    expect(text).toContain('EXL-0000-0001');
    expect(manifestOf(made, EXECUTOR_NAMES).images[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('have no digest of an image without a key, as a passcode could be guessed from it', async () => {
    app.set('attestation', null);
    app.set('commissioning', { passcode: { env: 'P' }, salt: null });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: null });
    expect(manifestOf(await make({}, { P: '34567890' }), EXECUTOR_NAMES).images[0]?.sha256).toBeNull();
  });
});

it('distinguishes development from production', async () => {
  expect((await make()).classification.kind).toBe('development');
  await useOwnCdSigner(app);
  expect((await make()).classification.kind).toBe('development');
  app.set('attestation', { trust: null });
  app.set('commissioning', { passcode: { env: 'P' } });
  app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: null });
  const made = await make({ attestationSeverity: 'warning' }, { P: '34567890' });
  expect(made.classification.kind).toBe('production');
  expect(readFileSync(app.config, 'utf8')).not.toContain('"trust"');
});

describe('without credentials', () => {
  it('is development for a test vendor id', async () => {
    app.set('attestation', null);
    const made = await make();
    expect(made.classification).toEqual({ kind: 'development', reasons: [] });
    expect(made.attestation).toBeUndefined();
    expect(summary(made)).toContain('MT:');
    expect(manifestOf(made, EXECUTOR_NAMES)).toMatchObject({
      credentials: 'none',
      certificates: {},
      attestation: { isAccepted: null, result: null, isRelaxed: false },
    });
  });

  it('is production for another vendor id, with the reason', async () => {
    app.set('attestation', null);
    app.set('deviceInstanceInfo', { vendorId: '0x131B', rotatingDeviceIdUniqueId: null });
    app.set('commissioning', { passcode: { env: 'P' } });
    const made = await make({}, { P: '34567890' });
    const reason = expect.stringMatching(
      /^the vendor id of the configuration \(.*factory\.config\.json:\d+:\d+, .*vendorId\) is 0x131B, not a test id$/,
    );
    expect(made.classification).toEqual({ kind: 'production', reasons: [reason] });
    expect(summary(made)).toMatch(/: factory data without credentials\n/);
    expect(summary(made)).toMatch(/Production the vendor id .* is 0x131B, not a test id\n/);
    expect(manifestOf(made, EXECUTOR_NAMES).credentials).toBe('none');
    expect(summary(made)).not.toMatch(/MT:|34567890/);
  });
});

it('a product is not made for a firmware that is only guessed, unless the config names it', async () => {
  app.write('CMakeLists.txt', `set(SDKCONFIG_DEFAULTS sdkconfig.$<CONFIG>)\n${app.read('CMakeLists.txt')}`);
  expect((await make()).findings).toContainEqual(
    expect.objectContaining({ code: 'firmware.build-unresolved', severity: 'warning' }),
  );
  await useOwnCdSigner(app);
  app.set('attestation', { trust: null });
  app.set('commissioning', { passcode: { env: 'P' } });
  app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: null });
  const production = () => make({ attestationSeverity: 'warning' }, { P: '34567890' });
  expect(await codesOf(production)).toContain('firmware.build-unresolved');
  app.set('firmware', { sdkconfigDefaults: ['sdkconfig.defaults'] });
  expect((await production()).classification.kind).toBe('production');
});

describe('the private key of a product in plain NVS', () => {
  const PLAIN = ['factory.production-plain', 'factory.plain-accepted'];
  const findings = async () => {
    await useOwnCdSigner(app);
    app.set('attestation', { trust: null });
    app.set('commissioning', { passcode: { env: 'P' } });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: null });
    const made = await make({ attestationSeverity: 'warning' }, { P: '34567890' });
    return made.findings.filter(({ code }) => PLAIN.includes(code));
  };

  it('is a warning that says what would protect it', async () => {
    expect((await make()).findings.map(({ code }) => code)).not.toContain('factory.production-plain');
    const [finding, ...others] = await findings();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'factory.production-plain', severity: 'warning' });
    expect(finding?.help).toMatch(/"scheme": "flash".*"scheme": "hmac".*allowPlainProduction/);
    expect(finding?.help).not.toContain('ecdsaPeripheral');
  });

  it('is a note where the config accepts it', async () => {
    app.set('output', { allowPlainProduction: true });
    expect(await findings()).toMatchObject([{ code: 'factory.plain-accepted', severity: 'info' }]);
  });

  it('is nothing where the image is encrypted', async () => {
    app.set('encryption', { scheme: 'hmac', keyId: 0, firmwareDerivesKeys: true, key: { generate: true } });
    app.write(
      'sdkconfig.defaults',
      `${app.read('sdkconfig.defaults')}\nCONFIG_NVS_ENCRYPTION=y\nCONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y\nCONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=0\n`,
    );
    expect(await findings()).toEqual([]);
  });
});
