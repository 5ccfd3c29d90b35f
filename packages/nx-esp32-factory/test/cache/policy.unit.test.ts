import { existsSync, unlinkSync } from 'node:fs';
import {
  type CdOptions,
  createDevelopmentCredentials,
  encodePem,
  encodePrivateKeyPem,
  generateKey,
  issueCdSignerCertificate,
  issueCertificationDeclaration,
  issueDac,
  issuePaa,
  issuePai,
  KNOWN_CD_SIGNERS,
  keySigner,
  randomBytes,
} from 'nvs-core';
import { cachePolicyFor, cachePolicyOf } from '../../src/cache';
import { classify, readCredentials } from '../../src/device';
import factoryImage from '../../src/executors/factory-image/executor';
import { readInputs } from '../../src/inputs';
import { LightApp } from '../light-app';
import { makeTestDevice } from '../make-device';

let app: LightApp;
let strangers: Awaited<ReturnType<typeof createDevelopmentCredentials>>;
beforeAll(async () => {
  const ids = { vendorId: 0xfff1, productId: 0x8001 };
  strangers = await createDevelopmentCredentials({ ...ids, random: randomBytes, now: new Date() });
});
beforeEach(() => {
  app = new LightApp();
});
afterEach(() => app.remove());

const env = {
  PASSCODE: '34567890',
  UNIQUE_ID: '8f3c1d7a5b904e26a1c05d8e7f4b2963',
  CD: '',
  KEY: '',
};
const policy = () => cachePolicyOf(app.config, env);
const key = { generate: true };
const trust = (folder: string) => ({ paa: { folder: 'credentials/paa-trust-store' }, cdSigners: { folder } });

/** Changes of the example, and a word of the reason why it is not cached then; none where it is. */
const ROWS: [string, () => unknown, RegExp | undefined][] = [
  ['development credentials', () => undefined, undefined],
  ['a random salt', () => app.set('commissioning', { salt: null }), undefined],
  ['a random discriminator', () => app.set('commissioning', { discriminator: { random: true } }), undefined],
  ['no serial number', () => app.set('deviceInstanceInfo', { serialNumber: null }), undefined],
  ['no passcode, which is drawn then', () => app.set('commissioning', { passcode: null }), /passcode/],
  ['a random passcode', () => app.set('commissioning', { passcode: { random: true } }), /passcode/],
  ['a random serial', () => app.set('deviceInstanceInfo', { serialNumber: { random: true } }), /serial/],
  [
    'a random unique id',
    () => app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { random: true } }),
    /unique id/,
  ],
  ['a random NVS key', () => app.set('encryption', { scheme: 'flash', key }), /NVS key/],
  ['an NVS key that is not given', () => app.set('encryption', { scheme: 'flash' }), /NVS key/],
  ['a random passcode, allowed', () => allow(['commissioning', { passcode: { random: true } }]), /twice/],
  ['a vendor id of somebody', () => app.set('deviceInstanceInfo', { vendorId: '0x131B' }), /0x131B/],
  ['no vendor id', () => app.set('deviceInstanceInfo', { vendorId: null }), /no vendor id/],
  ['no attestation', () => app.set('attestation', null), /DAC is missing/],
  ['no declaration', () => app.set('attestation', { certificationDeclaration: null }), /missing/],
  ['no DAC', () => app.set('attestation', { dac: null }), /DAC is missing/],
  ['no PAI', () => app.set('attestation', { pai: null }), /PAI is missing/],
  ['a DAC that is not there', () => unlinkSync(app.path('credentials/dac.pem')), /DAC is missing/],
  ['a DAC that is not readable', () => app.write('credentials/dac.pem', 'x'), /DAC is not readable/],
  [
    'a declaration that nobody here signed',
    () => app.write('credentials/cd.der', strangers.cd.der),
    /not signed/,
  ],
  ['no trust in the signer', () => app.set('attestation', { trust: trust('main') }), /not signed/],
  [
    'a trust folder that is not there',
    () => app.set('attestation', { trust: trust('gone') }),
    /cannot be read/,
  ],
  [
    'a trust folder with a broken certificate',
    () => app.write('credentials/cd-trust-store/a.der', 'x'),
    /read/,
  ],
  ['production, allowed', () => allow(['deviceInstanceInfo', { vendorId: '0x131B' }]), undefined],
  ['a config that is not JSON', () => app.write('factory.config.json', '{'), /cannot be read/],
  ['a config that is a number', () => app.write('factory.config.json', '1'), /passcode/],
  ['no config', () => unlinkSync(app.config), /cannot be read/],
  [
    'objects that only look like values',
    () => {
      app.set('encryption', { scheme: { toString: 1, valueOf: 1 } });
      app.set('deviceInstanceInfo', { vendorId: { toString: 1, valueOf: 1 } });
    },
    /no vendor id/,
  ],
];

function allow([section, fields]: [string, Record<string, unknown>]): void {
  app.set('output', { allowSecretsInCache: true });
  app.set(section, fields);
}

describe('what is cached', () => {
  it.each(ROWS)('%s', (_, change, reason) => {
    change();
    const { cache, reason: given } = policy();
    expect(cache).toBe(reason === undefined);
    if (reason === undefined) expect(given).toBeUndefined();
    else expect(given).toMatch(reason);
  });

  it.each([
    ['an environment value', () => app.set('attestation', { certificationDeclaration: { env: 'CD' } })],
    ['PEM in the config', () => pemInConfig(app.read('credentials/dac.pem').toString())],
    ['a base config', () => app.write('factory.config.json', '{"extends": "base.json"}')],
  ])('credentials are found in %s', (_, change) => {
    app.write('base.json', app.read('factory.config.json'));
    change();
    expect(cachePolicyOf(app.config, { CD: app.read('credentials/cd.der').toString('base64') })).toEqual({
      cache: true,
    });
  });

  it('a stranger of the same vendor is one by any way that its DAC comes', () => {
    const somebody = encodePem('CERTIFICATE', strangers.dac.certificate.der);
    pemInConfig(somebody);
    expect(policy()).toEqual({ cache: true });
    pemInConfig('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----');
    expect(policy().cache).toBe(false);
  });

  function pemInConfig(certificate: string): void {
    app.set('attestation', { dac: { certificate, key: { file: 'credentials/dac-key.pem' } } });
  }
});

describe('the executor', () => {
  const judged = async () => {
    const request = readInputs(app.config, { env });
    const made = await makeTestDevice(request, { random: randomBytes, now: new Date() });
    return cachePolicyFor(made.config, made.classification);
  };

  it.each([
    ['development', () => undefined],
    ['a random passcode', () => app.set('commissioning', { passcode: { random: true } })],
    ['a random NVS key', () => app.set('encryption', { scheme: 'flash', key })],
    ['production', () => production()],
    [
      'production, allowed',
      () => {
        production();
        app.set('output', { allowSecretsInCache: true });
      },
    ],
  ])('judges as the graph did: %s', async (_, change) => {
    app.write('sdkconfig.defaults', '');
    app.write('CMakeLists.txt', '');
    change();
    expect(await judged()).toEqual(policy());
  });

  /** Without a declaration; no secret stands in the config. */
  function production(): void {
    app.set('attestation', { certificationDeclaration: null });
    app.set('commissioning', { passcode: { env: 'PASSCODE' }, salt: null });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { env: 'UNIQUE_ID' } });
  }
});

/** An id that is somebody's, and a set of credentials in which it stands, or what else makes it one for production. */
const SOMEBODY = 0x131b;
interface Changes {
  readonly config?: number;
  readonly pai?: number;
  readonly dac?: number;
  readonly cd?: Partial<CdOptions>;
  /** The key identifier that the declaration names. */
  readonly keyId?: Uint8Array;
}

async function writeCredentials({ config, pai, dac, cd, keyId }: Changes): Promise<void> {
  const common = { random: randomBytes, notBefore: new Date('2024-01-01T00:00:00Z') };
  const [paaKey, paiKey, dacKey, cdKey] = [1, 2, 3, 4].map(() => generateKey(randomBytes));
  if (!paaKey || !paiKey || !dacKey || !cdKey) throw new Error('keys are missing');
  const paa = await issuePaa({ ...common, commonName: 'PAA', signer: keySigner(paaKey) });
  const intermediate = (vendorId: number) =>
    issuePai({
      ...common,
      commonName: 'PAI',
      vendorId,
      paa: { certificate: paa, signer: keySigner(paaKey) },
      publicKey: paiKey,
    });
  const vendorId = dac ?? 0xfff1;
  const leaf = await issueDac({
    ...common,
    commonName: 'DAC',
    vendorId,
    productId: 0x8001,
    pai: { certificate: await intermediate(vendorId), signer: keySigner(paiKey) },
    publicKey: dacKey,
  });
  const fields = { productIds: [0x8001], deviceTypeId: 0x0101, certificateId: 'ZIG0000000000000000' };
  const declaration = await issueCertificationDeclaration(
    { ...fields, vendorId: 0xfff1, versionNumber: 1, certificationType: 0, ...cd },
    keySigner(cdKey),
    keyId,
  );
  const signer = await issueCdSignerCertificate({ ...common, commonName: 'CD', signer: keySigner(cdKey) });
  app.write('credentials/dac.pem', encodePem('CERTIFICATE', leaf.der));
  app.write('credentials/dac-key.pem', encodePrivateKeyPem(dacKey));
  app.write('credentials/pai.pem', encodePem('CERTIFICATE', (await intermediate(pai ?? 0xfff1)).der));
  app.write('credentials/cd.der', declaration.der);
  app.write('credentials/cd-trust-store/cd-signing-cert.der', signer.der);
  if (config !== undefined) app.set('deviceInstanceInfo', { vendorId: config });
}

const keyIdOf = (wanted: 'official' | 'test') =>
  KNOWN_CD_SIGNERS.find(({ origin }) => origin === wanted)?.keyId ?? new Uint8Array(0);

describe('the graph and the executor say the same of credentials', () => {
  it.each<[string, Changes, RegExp | undefined]>([
    ['development', {}, undefined],
    ['development, another test id', { pai: 0xfff4, dac: 0xfff2, config: 0xfff3 }, undefined],
    [
      'development, with a test dac_origin',
      { cd: { dacOriginVendorId: 0xfff4, dacOriginProductId: 1 } },
      undefined,
    ],
    ['an id of somebody in the config', { config: SOMEBODY }, /configuration is 0x131B/],
    ['in the DAC', { dac: SOMEBODY }, /DAC is 0x131B/],
    ['in the PAI', { pai: SOMEBODY }, /PAI is 0x131B/],
    ['in the declaration', { cd: { vendorId: SOMEBODY } }, /Declaration is 0x131B/],
    ['in dac_origin', { cd: { dacOriginVendorId: SOMEBODY, dacOriginProductId: 1 } }, /dac_origin is 0x131B/],
    ['a provisional declaration', { cd: { certificationType: 1 } }, /not of type 0/],
    ['an official declaration', { cd: { certificationType: 2 } }, /not of type 0/],
    ['a declaration of the official key', { keyId: keyIdOf('official') }, /not signed by the public test/],
    ['a declaration of an unknown key', { keyId: new Uint8Array(20) }, /not signed by the public test/],
    [
      'all of somebody',
      { config: SOMEBODY, dac: SOMEBODY, pai: SOMEBODY, cd: { vendorId: SOMEBODY, certificationType: 2 } },
      /configuration is 0x131B/,
    ],
  ])('%s', async (_, changes, reason) => {
    await writeCredentials(changes);
    const { config, loaded, ownCdSigners } = readInputs(app.config, { env });
    const classification = classify(config, await readCredentials(config, loaded), ownCdSigners);
    expect(cachePolicyFor(config, classification)).toEqual(policy());
    expect(policy().cache).toBe(reason === undefined);
    if (reason !== undefined) expect(policy().reason).toMatch(reason);
  });
});

describe('what the graph does not look at', () => {
  const breakSignature = () => {
    const cd = app.read('credentials/cd.der');
    cd.writeUInt8((cd.at(-1) ?? 0) ^ 1, cd.length - 1);
    app.write('credentials/cd.der', cd);
  };

  it.each<[string, () => unknown, RegExp]>([
    ['a wrong signature of the declaration', breakSignature, /attestation\.cd-signature/],
    [
      'a declaration that names the public test key, and is not signed by it',
      () => writeCredentials({ keyId: keyIdOf('test') }),
      /attestation\.cd-signature/,
    ],
    [
      'a declaration with a field under another tag',
      () => {
        const cd = app.read('credentials/cd.der');
        cd.writeUInt8(11, cd.indexOf(Buffer.from('152400', 'hex')) + 2);
        app.write('credentials/cd.der', cd);
      },
      /attestation\.cd-/,
    ],
    [
      'a certificate that is damaged behind its subject',
      () => {
        const dac = Buffer.from(strangers.dac.certificate.der);
        dac.writeUInt8(0x84, dac.indexOf(Buffer.from('0603551d0f', 'hex')) + 1);
        app.write('credentials/dac.pem', encodePem('CERTIFICATE', dac));
      },
      /attestation\.der-malformed/,
    ],
  ])('%s is cached for the graph, and makes the run fail', async (_, change, message) => {
    await change();
    app.write('passcode.txt', env.PASSCODE);
    app.write('unique-id.txt', env.UNIQUE_ID);
    app.set('commissioning', { passcode: { file: 'passcode.txt' } });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { file: 'unique-id.txt' } });
    expect(policy()).toEqual({ cache: true });
    const error = jest.spyOn(console, 'error').mockReturnValue();
    const folder = process.cwd();
    try {
      process.chdir(app.folder);
      const context = app.context({ cache: false });
      expect(await factoryImage({ config: 'factory.config.json', outputPath: 'outputs' }, context)).toEqual({
        success: false,
      });
    } finally {
      process.chdir(folder);
    }
    const said = error.mock.calls.join();
    error.mockRestore();
    expect(said).toMatch(message);
    expect(existsSync(app.path('outputs'))).toBe(false);
  });

  it('is looked at where a wrong signature is only worth a warning', () => {
    breakSignature();
    app.set('attestation', { severity: 'warning' });
    expect(policy()).toEqual({ cache: false, reason: expect.stringMatching(/signature/) });
  });
});
