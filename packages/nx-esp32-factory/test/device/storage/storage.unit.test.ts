import {
  decodeFactoryData,
  decodeNvs,
  decodeSecureCert,
  decryptFlash,
  FactoryError,
  parsePrivateKey,
  randomBytes,
  secureCertContents,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { EXECUTOR_NAMES, flashJobOf, manifestOf, outputsOf, summaryOf } from '../../../src/artifacts';
import type { DeviceArtifacts } from '../../../src/device';
import { writeOutputs } from '../../../src/files';
import { readInputs } from '../../../src/inputs';
import { ITERATIONS } from '../../light-app';
import { makeTestDevice } from '../../make-device';
import { SecureApp } from '../../secure-app';

let app: SecureApp;
beforeEach(() => {
  app = new SecureApp();
});
afterEach(() => app.remove());

const request = () => readInputs(app.config, { env: {} });
const make = () => makeTestDevice(request(), { random: randomBytes, now: new Date() });
const codesOf = async (work: () => unknown): Promise<string[]> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code }) => code);
    throw error;
  }
  return [];
};
const nvsDataOf = ({ image }: DeviceArtifacts) => decodeFactoryData(decodeNvs(image).entries).data;
const contentsOf = ({ secureCert }: DeviceArtifacts) => {
  const { tlvs, findings } = decodeSecureCert(secureCert ?? new Uint8Array());
  expect(findings).toEqual([]);
  return secureCertContents(tlvs);
};
/** The flash plan of a device. */
const plan = async (made: DeviceArtifacts) => {
  writeOutputs(outputsOf(made, app.path('out'), EXECUTOR_NAMES));
  return flashJobOf(app.path('out'), request().firmware).parts.map(
    ({ label, address, encryption, length }) => [label, address, encryption, length],
  );
};

describe('attestation in esp_secure_cert', () => {
  beforeEach(() => app.useSecureCert());

  it('leaves only the declaration in NVS, and is padded to its partition', async () => {
    const made = await make();
    const { dac, pai, privateKey, commissioning } = contentsOf(made);
    const key = parsePrivateKey(app.read('credentials/dac-key.pem'));
    if (privateKey?.form !== 'sec1') throw new Error('the key is not there');
    expect(privateKey.der.length).toBe(121);
    expect(toHex(privateKey.der.subarray(7, 39))).toBe(toHex(key.raw));
    expect(toHex(privateKey.der.subarray(56))).toBe(toHex(key.publicKey));
    expect([dac, pai]).toEqual([made.credentials.dac?.der, made.credentials.pai?.der]);
    expect(commissioning).toBeUndefined();
    const { attestation, commissioning: stayed, deviceInstanceInfo } = nvsDataOf(made);
    expect(Object.keys(attestation ?? {})).toEqual(['certificationDeclaration']);
    expect(stayed?.verifier).toHaveLength(97);
    expect(deviceInstanceInfo?.rotatingDeviceIdUniqueId).toHaveLength(16);
    expect(made.secureCert).toHaveLength(0x2000);
    expect(made.secureCert?.at(-1)).toBe(0xff);
  });

  it('is flashed plain, with NVS, if flash encryption is off', async () => {
    expect(await plan(await make())).toEqual([
      ['esp_secure_cert', 0xd000, 'none', 0x2000],
      ['fctry', 0x3e0000, 'none', 0x6000],
    ]);
  });

  it('has the size of the table, of the config, or that of its contents without padding', async () => {
    app.table('0xd000,   0x2000,', '0xd000,   0x1000,');
    expect((await make()).secureCert).toHaveLength(0x1000);
    app.set('storage', { secureCert: { size: '0x3000' } });
    expect(await codesOf(make)).toContain('firmware.secure-cert-too-small');
    app.set('storage', { secureCert: { padding: false } });
    const { secureCert } = await make();
    expect(secureCert?.length).toBeLessThan(0x1000);
    expect((secureCert?.length ?? 1) % 16).toBe(0);
  });

  it('accepts custom TLVs, and rejects duplicate, reserved and too large ones', async () => {
    const extra = (type: number, value: object, subtype = 0) => ({ type, subtype, value });
    app.set('storage', { secureCert: { extra: [extra(51, { hex: '0102' }), extra(51, { hex: '03' }, 1)] } });
    expect(contentsOf(await make()).custom).toEqual([
      { type: 51, subtype: 0, data: new Uint8Array([1, 2]) },
      { type: 51, subtype: 1, data: new Uint8Array([3]) },
    ]);
    app.set('storage', { secureCert: { extra: [extra(51, { hex: '01' }), extra(51, { hex: '02' })] } });
    expect(await codesOf(make)).toEqual(['secure-cert.entry-duplicate']);
    app.set('storage', { secureCert: { extra: [extra(2, { hex: '01' })] } });
    expect(await codesOf(make)).toEqual(['secure-cert.type-reserved']);
    app.write('big.bin', Buffer.alloc(0x2000));
    app.set('storage', { secureCert: { extra: [extra(51, { file: 'big.bin' })] } });
    expect(await codesOf(make)).toEqual(['secure-cert.too-large']);
  });

  it('reports errors at the field of the config', async () => {
    app.set('storage', { secureCert: { extra: [{ type: 3, value: { hex: '01' } }] } });
    const error = await make().then(
      () => undefined,
      (thrown: FactoryError) => thrown,
    );
    expect(error?.where).toMatchObject({ field: 'storage.secureCert.extra[0]', line: expect.any(Number) });
  });

  it('rejects a PKCS#8 key on another curve', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    app.write('credentials/dac-key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(await codesOf(make)).toEqual(['attestation.key-algorithm-unsupported']);
  });

  it('rejects a table without the partition', async () => {
    app.table('esp_secure_cert, 0x3F, ,         0xd000,   0x2000,\n', '');
    expect(await codesOf(make)).toEqual(['firmware.secure-cert-partition-missing']);
  });

  it('has no digest of NVS in its manifest: the key that protected the passcode is elsewhere', async () => {
    const [secureCert, nvs] = manifestOf(await make(), EXECUTOR_NAMES).images;
    expect([secureCert?.kind, typeof secureCert?.sha256]).toEqual(['secure-cert', 'string']);
    expect([nvs?.kind, nvs?.sha256]).toEqual(['nvs', null]);
  });

  it('is mentioned in the summary', async () => {
    const made = await make();
    const files = outputsOf(made, 'out', EXECUTOR_NAMES);
    expect(summaryOf(made, files, { title: 'x', colour: false })).toContain('data in esp_secure_cert');
    expect(files.find(({ path }) => path.endsWith('esp_secure_cert.bin'))?.secret).toBe(true);
  });
});

describe('commissionable data in esp_secure_cert', () => {
  beforeEach(() => app.useSecureCert(true));

  it('moves all five values, with the attestation', async () => {
    const made = await make();
    const { commissioning } = contentsOf(made);
    expect(commissioning).toMatchObject({ discriminator: 0xf00, iterations: ITERATIONS });
    expect(commissioning?.verifier).toHaveLength(97);
    expect(toHex(commissioning?.rotatingDeviceIdUniqueId ?? new Uint8Array())).toBe(
      '8f3c1d7a5b904e26a1c05d8e7f4b2963',
    );
    const data = nvsDataOf(made);
    expect(data.commissioning).toEqual({ deviceType: 0x0101, locationCapability: 0 });
    expect(data.deviceInstanceInfo?.rotatingDeviceIdUniqueId).toBeUndefined();
    expect(data.deviceInstanceInfo?.serialNumber).toBe('EXL-0000-0001');
    expect(made.codes?.passcode).toBe(34567890);
  });

  it('has two fixed random values when asked, new in each image', async () => {
    expect(contentsOf(await make()).random).toBeUndefined();
    app.set('storage', { secureCert: { fixedRandoms: true } });
    const all = [contentsOf(await make()), contentsOf(await make())].flatMap(({ random }) => random ?? []);
    expect(all.map(({ length }) => length)).toEqual([32, 32, 32, 32]);
    expect(new Set(all.map((value) => toHex(value))).size).toBe(4);
  });

  it.each<[string, () => void, string[]]>([
    [
      'a dynamic passcode',
      () => app.set('commissioning', { passcode: { dynamic: true }, salt: null }),
      ['config.conflict'],
    ],
    [
      'no unique id',
      () => app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: null }),
      ['config.needs'],
    ],
    ['attestation in NVS', () => app.set('storage', { attestation: 'nvs' }), ['config.needs']],
    ['no attestation', () => app.set('attestation', null), ['config.needs']],
  ])('is rejected with %s', async (_, change, codes) => {
    change();
    expect(await codesOf(make)).toEqual(codes);
  });
});

describe('the ECDSA peripheral', () => {
  beforeEach(() => {
    app.forChip('esp32h2');
    app.useSecureCert();
    app.set('storage', { ecdsaPeripheral: { keyId: 2 } });
  });

  it('has the key as an output to burn, and not in the image', async () => {
    const made = await make();
    expect(contentsOf(made).privateKey).toEqual({ form: 'ecdsa-peripheral', keyBlock: 2 });
    const { raw } = parsePrivateKey(app.read('credentials/dac-key.pem'));
    for (const image of [made.secureCert, made.image]) {
      expect(Buffer.from(image ?? []).includes(Buffer.from(raw))).toBe(false);
    }
    const files = outputsOf(made, app.path('out'), EXECUTOR_NAMES);
    const pem = files.find(({ path }) => path.endsWith('ecdsa_key.pem'));
    expect(pem?.secret).toBe(true);
    expect(toHex(parsePrivateKey(pem?.data as Uint8Array).raw)).toBe(toHex(raw));
    const commands = String(files.find(({ path }) => path.endsWith('efuse-commands.txt'))?.data);
    expect(commands).toContain('burn-key BLOCK_KEY2 ecdsa_key.pem ECDSA_KEY');
    expect(summaryOf(made, files, { title: 'x', colour: false })).toContain('BLOCK_KEY2');
  });

  it('can be used with an HMAC key, but not in the same block', async () => {
    app.deriveKeys(3);
    const made = await make();
    expect(made.efuseKeys.map(({ block, purpose }) => [block, purpose])).toEqual([
      [3, 'HMAC_UP'],
      [2, 'ECDSA_KEY'],
    ]);
    app.deriveKeys(2);
    expect(await codesOf(make)).toEqual(['efuse.block-twice']);
  });

  it.each([
    ['esp32c3', 'firmware.ecdsa-peripheral'],
    ['esp32c6', 'firmware.ecdsa-peripheral'],
  ])('is rejected on an %s', async (chip, code) => {
    app.forChip(chip);
    expect(await codesOf(make)).toContain(code);
  });

  it('is rejected in a block that cannot hold such a key', async () => {
    app.set('storage', { ecdsaPeripheral: { keyId: 5 } });
    expect(await codesOf(make)).toEqual(['efuse.block-unknown']);
  });
});

describe('flash encryption on the host', () => {
  const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index + 1));
  const host = (key: object = { file: 'flash.bin' }) => {
    app.write('flash.bin', KEY);
    app.set('flashEncryption', { mode: 'host', key });
  };

  it('encrypts the keys partition for its address, writes no plain one, and flashes it as it is', async () => {
    app.encryptFlash();
    host();
    const made = await make();
    const files = outputsOf(made, app.path('out'), EXECUTOR_NAMES);
    const keys = files.find(({ path }) => path.endsWith('nvs_keys.bin'))?.data as Uint8Array;
    const address = made.firmware?.keysPartition?.offset ?? 0;
    expect(address).toBe(0x1c000);
    expect(toHex(decryptFlash({ chip: 'esp32c3', key: KEY, address, data: keys }))).toBe(
      toHex(made.keysPartition ?? KEY),
    );
    expect(files.filter(({ data }) => Buffer.from(data).equals(made.keysPartition ?? KEY))).toEqual([]);
    expect(await plan(made)).toEqual([
      ['nvs_keys', 0x1c000, 'host', 0x1000],
      ['fctry', 0x3e0000, 'none', 0x6000],
    ]);
    expect(summaryOf(made, files, { title: 'x', colour: false })).toContain(
      'on this host: the keys partition',
    );
  });

  it('otherwise leaves it to the device: NVS plain, the keys with --encrypt-files', async () => {
    app.encryptFlash();
    app.useSecureCert();
    expect(await plan(await make())).toEqual([
      ['esp_secure_cert', 0xd000, 'none', 0x2000],
      ['nvs_keys', 0x1c000, 'device', 0x1000],
      ['fctry', 0x3e0000, 'none', 0x6000],
    ]);
  });

  it.each<[string, string, boolean | undefined, 'none' | 'device' | 'host', boolean]>([
    ['the flag of the table', 'encrypted', undefined, 'host', true],
    ['the config, over the table', 'encrypted', false, 'none', true],
    ['the config, without a flag', '', true, 'host', true],
    ['the flag, by the device', 'encrypted', undefined, 'device', false],
    ['the config, by the device', '', true, 'device', false],
  ])('provisions esp_secure_cert by %s', async (_, flag, encrypted, expected, byHost) => {
    app.encryptFlash();
    app.useSecureCert();
    app.table('0xd000,   0x2000,', `0xd000,   0x2000, ${flag}`);
    if (encrypted !== undefined) app.set('storage', { secureCert: { encrypted } });
    if (byHost) host();
    const made = await make();
    const parts = await plan(made);
    expect(parts[0]).toEqual(['esp_secure_cert', 0xd000, expected, 0x2000]);
    const written = app.read('out/esp_secure_cert.bin');
    const isPlain = written.equals(made.secureCert ?? KEY);
    expect(isPlain).toBe(expected !== 'host');
    if (isPlain) return;
    const plain = decryptFlash({ chip: 'esp32c3', key: KEY, address: 0xd000, data: written });
    expect(toHex(plain)).toBe(toHex(made.secureCert ?? KEY));
  });

  it('reads the key from a folder, where it must exist', async () => {
    app.encryptFlash();
    host({ folder: 'flash-keys' });
    expect(await codesOf(make)).toEqual(['files.missing']);
    host({ folder: '.' });
    app.write('EXL-0000-0001.bin', KEY);
    expect((await make()).hostEncrypted.keysPartition).toHaveLength(4096);
  });

  const rows: readonly [string, () => void, readonly string[]][] = [
    [
      'a key of the wrong length',
      () => app.write('flash.bin', Buffer.alloc(64, 1)),
      ['flash-encryption.key-length'],
    ],
    ['a key of 0xFF', () => app.write('flash.bin', Buffer.alloc(32, 0xff)), ['flash-encryption.key-blank']],
    [
      'the same key in both halves',
      () => app.write('flash.bin', Buffer.alloc(32, 7)),
      ['flash-encryption.key-halves-equal'],
    ],
    [
      'firmware without flash encryption',
      () => {
        app.sdkconfig('CONFIG_SECURE_FLASH_ENC_ENABLED=n', 'CONFIG_NVS_ENCRYPTION=n');
        app.useSecureCert();
        app.set('storage', { secureCert: { encrypted: true } });
        app.set('encryption', { scheme: 'none' });
      },
      ['factory.flash-encryption-off'],
    ],
    [
      'no partition table',
      () => {
        app.write('CMakeLists.txt', '');
        app.write('sdkconfig.defaults', '');
      },
      ['factory.address-unknown'],
    ],
    [
      'no chip',
      () => {
        app.write('CMakeLists.txt', '');
        app.write('sdkconfig.defaults', '');
        app.write(
          'factory.config.json',
          app.read('factory.config.json').toString().replace('"chip": "esp32c3",', ''),
        );
      },
      ['efuse.chip-unknown'],
    ],
  ];
  it.each(rows)('rejects %s', async (_, change, codes) => {
    app.encryptFlash();
    host();
    change();
    expect(await codesOf(make)).toEqual(codes);
  });

  it('warns if nothing is encrypted', async () => {
    host();
    expect((await make()).findings.map(({ code }) => code)).toContain('factory.nothing-to-encrypt');
  });
});

describe('a read-only partition of one page', () => {
  const shrink = (flags: string) => app.table('0x3E0000, 0x6000,', `0x3E0000, 0x1000, ${flags}`);

  it('contains the data, with the flag in the table', async () => {
    app.set('partition', { size: null });
    shrink('readonly');
    const made = await make();
    expect(made.image).toHaveLength(0x1000);
    expect(made.layout.readOnly).toBe(true);
    expect(nvsDataOf(made).deviceInstanceInfo?.serialNumber).toBe('EXL-0000-0001');
    app.set('partition', { size: '0x1000', readOnly: true });
    expect(toHex((await make()).image)).toBe(toHex(made.image));
  });

  it('is rejected without the flag, and if the data does not fit', async () => {
    app.set('partition', { size: '0x1000', readOnly: true });
    shrink('');
    expect(await codesOf(make)).toContain('firmware.partition-not-readonly');
    app.set('partition', { size: '0x1000', readOnly: null });
    expect(await codesOf(make)).toEqual(['config.read-only-needed']);
    app.set('partition', { size: '0x1000', readOnly: true });
    app.write('big.bin', Buffer.alloc(3000, 1));
    app.set('nvs', { extra: [{ namespace: 'app', key: 'big', type: 'blob', value: { file: 'big.bin' } }] });
    expect(await codesOf(make)).toEqual(['nvs.image-too-small']);
  });
});
