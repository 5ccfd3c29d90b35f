/** What Nx would put into its cache of a run that it caches: nothing that the policy keeps out of it. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createDevelopmentCredentials,
  encodePem,
  encodePrivateKeyPem,
  generateKey,
  issueCertificationDeclaration,
  keySigner,
  randomBytes,
  sha256,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { cacheDigest, recordDigest, recordFile } from '../../src/cache';
import { digestCommand } from '../../src/cache/digest-command';
import factoryImage from '../../src/executors/factory-image/executor';
import { CurrentApp } from '../current-app';
import { SecureApp } from '../secure-app';

const OUTPUTS = 'factory-output/root/default';
const DAY = new Date().toISOString().slice(0, 10);

const current = new CurrentApp(() => new SecureApp());
let app: SecureApp;
beforeEach(() => {
  app = current.app;
});
afterEach(() => {
  delete process.env.NX_CACHE_FAILURES;
});

/** Runs the target as Nx does that caches it, or does not. */
async function run(cache: boolean, options: object = {}): Promise<boolean> {
  current.printed = '';
  const inputs = [{ runtime: digestCommand('factory.config.json', OUTPUTS, app.folder) }];
  return (await factoryImage(options, app.context({ cache, inputs }))).success;
}

async function refused(code: string, options: object = {}): Promise<void> {
  expect([await run(true, options), current.printed]).toEqual([false, expect.stringContaining(`✖ ${code}:`)]);
}

/** What lies in the output folder: all of it would be in the cache. */
const outputs = () => filesIn(OUTPUTS);
const keys = () => filesIn('factory-keys');

function filesIn(folder: string): string[] {
  if (!existsSync(app.path(folder))) return [];
  const entries = readdirSync(app.path(folder), { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])).sort();
}

const SET = [
  'manifest.json',
  'onboarding.json',
  'onboarding.txt',
  'partition.bin',
  'qr-code.png',
  'qr-code.svg',
];

const encrypt = (section: object) => {
  app.encryptFlash();
  app.set('encryption', { scheme: 'flash', ...section });
};
const plain = () => {
  app.sdkconfig('CONFIG_SECURE_FLASH_ENC_ENABLED=n', 'CONFIG_NVS_ENCRYPTION=n');
  app.set('encryption', null);
};

/** Credentials of a vendor, in files that the graph did not read. */
async function exchangeCredentials(): Promise<void> {
  const ids = { vendorId: 0xfff2, productId: 0x8001 };
  const made = await createDevelopmentCredentials({ ...ids, random: randomBytes, now: new Date() });
  app.write('credentials/dac.pem', await encodePem('CERTIFICATE', made.dac.certificate.der));
  app.write('credentials/dac-key.pem', encodePrivateKeyPem(made.dac.key));
  app.write('credentials/pai.pem', await encodePem('CERTIFICATE', made.pai.certificate.der));
  const cd = await issueCertificationDeclaration(made.cd.fields, keySigner(generateKey(randomBytes)));
  app.write('credentials/cd.der', cd.der);
}

describe('a run that may be cached', () => {
  it('leaves what it made', async () => {
    expect(await run(true)).toBe(true);
    expect(outputs()).toEqual(SET);
    expect(keys()).toEqual([]);
  });

  it('leaves nothing of earlier runs that were not cached, but files of others', async () => {
    app.forChip('esp32h2');
    app.useSecureCert();
    app.set('storage', { ecdsaPeripheral: { keyId: 1 } });
    encrypt({});
    expect(await run(false)).toBe(true);
    app.write(`${OUTPUTS}/nvs_partition.csv`, 'codes');
    app.write(`${OUTPUTS}/notes.txt`, 'mine');
    expect(outputs()).toEqual(
      [
        ...SET,
        'ecdsa_key.pem',
        'efuse-commands.txt',
        'esp_secure_cert.bin',
        'nvs_partition.csv',
        'notes.txt',
        'nvs_keys.bin',
      ].sort(),
    );
    plain();
    app.set('storage', null);
    app.sdkconfig('CONFIG_FACTORY_PARTITION_DAC_PROVIDER=y', 'CONFIG_SEC_CERT_DAC_PROVIDER=n');
    expect(await run(true)).toBe(true);
    expect(outputs()).toEqual([...SET, 'notes.txt'].sort());
    // The key of the DAC is where the config says.
    expect(keys()).toEqual(['.gitignore', expect.stringMatching(/^nvs_keys-.*\.bin$/)]);
  });

  it('is refused without the digest of its config', async () => {
    expect((await factoryImage({}, app.context({ cache: true }))).success).toBe(false);
    expect(current.printed).toContain('factory.cached-without-digest');
  });
});

/** Changes since the graph was made, the error's code, and what its help tells the user to write. */
const BY_CONFIG: [string, () => unknown, string, string][] = [
  [
    'a serial number that is generated',
    () => app.set('deviceInstanceInfo', { serialNumber: { random: true } }),
    'factory.cached-generated',
    '"output": {"cache": false}',
  ],
  [
    'a passcode that is generated, where secrets are allowed in the cache',
    () => {
      app.set('commissioning', { passcode: { random: true } });
      app.set('output', { cache: true });
    },
    'factory.cached-generated',
    '"output": {"cache": false}',
  ],
  [
    'a base config that was edited',
    () => {
      app.write('base.json', app.read('factory.config.json'));
      app.write('factory.config.json', '{"extends": "base.json"}');
      app.write('base.json', app.read('base.json').toString().replace('34567890', '{"random": true}'));
    },
    'factory.cached-generated',
    '"output": {"cache": false}',
  ],
  [
    'a key in a file',
    () => encrypt({ key: { file: app.write('keys.bin', Buffer.from(randomBytes(64))) } }),
    'factory.cached-secrets',
    '"output": {"cache": false}',
  ],
  [
    'a cache that the config turns off',
    () => app.set('output', { cache: false }),
    'factory.cached-though-off',
    'nx reset',
  ],
];

describe('a run that Nx caches against the config', () => {
  it.each(BY_CONFIG)('is refused, and nothing is there: %s', async (_, change, code, fix) => {
    expect(await run(true)).toBe(true);
    change();
    await refused(code);
    expect(current.printed).toContain(fix);
    expect(outputs()).toEqual([]);
    expect(await run(false)).toBe(true);
    expect(current.printed).toContain('Not cached');
  });

  it('is rejected for a vendor id that is no test id, before inline secrets are', async () => {
    app.set('deviceInstanceInfo', { vendorId: '0x131B' });
    await refused('factory.cached-secrets');
  });

  it('is refused for an option that overrides the config', async () => {
    await refused('factory.cached-secrets', { vendorId: '0x131B' });
  });

  it('is refused before a key is made', async () => {
    encrypt({ key: { folder: 'keys' } });
    await refused('factory.cached-generated');
    expect(existsSync(app.path('keys'))).toBe(false);
  });

  it('is refused where a list in nx.json has Nx cache it', async () => {
    app.set('deviceInstanceInfo', { serialNumber: { random: true } });
    const context = app.context();
    const options = { cacheableOperations: ['factory-image'] };
    const nxJsonConfiguration = { tasksRunnerOptions: { default: { options } } };
    expect((await factoryImage({}, { ...context, nxJsonConfiguration })).success).toBe(false);
    expect(current.printed).toContain('factory.cached-generated');
  });
});

describe('a run that Nx caches, of which more was made than its config tells', () => {
  it('is refused for encryption of the firmware, with the section to write', async () => {
    app.encryptFlash();
    app.set('encryption', null);
    await refused('factory.cached-firmware-encryption');
    const section = '"encryption": {"scheme":"flash","key":{"generate":true}}';
    expect(current.printed).toContain(`write ${section} into the config`);
    expect(outputs()).toEqual([]);
    app.set('output', { cache: true });
    await refused('factory.cached-firmware-encryption');
    app.set('encryption', JSON.parse(`{${section}}`).encryption);
    expect(await run(false)).toBe(true);
  });

  it('is refused for credentials of production in the files of others', async () => {
    app.write('passcode.txt', '34567890');
    app.write('unique-id.txt', '8f3c1d7a5b904e26a1c05d8e7f4b2963');
    app.set('commissioning', { passcode: { file: 'passcode.txt' } });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { file: 'unique-id.txt' } });
    app.set('attestation', { severity: 'warning' });
    expect(await run(true)).toBe(true);
    await exchangeCredentials();
    await refused('factory.cached-secrets');
    expect(current.printed).toContain('it counts as production (the Certification Declaration (');
    expect(current.printed).toContain('"output": {"cache": false}');
    expect(outputs()).toEqual([]);
    app.set('output', { cache: true });
    expect(await run(true)).toBe(true);
    expect(outputs()).toEqual(SET);
  });

  it('is cached without any credentials for a test id, and refused for another', async () => {
    app.set('attestation', null);
    expect(await run(true)).toBe(true);
    app.set('deviceInstanceInfo', { vendorId: '0x131B' });
    await refused('factory.cached-secrets');
  });
});

describe('a run that Nx caches although it fails', () => {
  beforeEach(() => {
    process.env.NX_CACHE_FAILURES = 'true';
  });

  it('leaves nothing of an earlier run, whatever it fails for', async () => {
    app.set('deviceInstanceInfo', { serialNumber: { random: true } });
    expect(await run(false)).toBe(true);
    expect(outputs()).toEqual(SET);
    app.set('deviceInstanceInfo', { serialNumber: 'SN' });
    app.set('commissioning', { discriminator: 4096 });
    await refused('config.out-of-range');
    expect(outputs()).toEqual([]);
  });

  it('leaves nothing where a commissioner refuses credentials of production', async () => {
    expect(await run(true)).toBe(true);
    await exchangeCredentials();
    app.write('passcode.txt', '34567890');
    app.write('unique-id.txt', '8f3c1d7a5b904e26a1c05d8e7f4b2963');
    app.set('commissioning', { passcode: { file: 'passcode.txt' } });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { file: 'unique-id.txt' } });
    expect([await run(true), current.printed]).toEqual([false, expect.stringContaining('✖ attestation.')]);
    expect(outputs()).toEqual([]);
  });

  it('leaves outputs alone where Nx does not cache it', async () => {
    expect(await run(false)).toBe(true);
    app.set('commissioning', { discriminator: 4096 });
    expect(await run(false)).toBe(false);
    expect(outputs()).toEqual(SET);
  });
});

describe('keys that no other file holds', () => {
  const refuse = () => refused('factory.cached-generated');
  const kept = (name: string) => readFileSync(app.path('factory-keys', name));
  const nameOf = (key: Uint8Array) => `hmac_key-${DAY}-${toHex(sha256(key)).slice(0, 16)}`;
  const makeKey = async () => {
    app.deriveKeys(1);
    expect(await run(false)).toBe(true);
    return app.read(`${OUTPUTS}/hmac_key.bin`);
  };

  it('are in a folder of their own, which git ignores, and the summary says where', async () => {
    const umask = process.umask(0);
    const key = await makeKey();
    process.umask(umask);
    const name = `${nameOf(key)}.bin`;
    expect(keys()).toEqual(['.gitignore', name]);
    expect(kept(name).equals(key)).toBe(true);
    expect(kept('.gitignore').toString()).toBe('*\n');
    expect(statSync(app.path('factory-keys')).mode & 0o777).toBe(0o700);
    expect(statSync(app.path('factory-keys', name)).mode & 0o777).toBe(0o600);
    expect(current.printed).toContain(join('factory-keys', name));
    expect(current.printed).not.toContain(key.toString('hex'));
    await refuse();
    expect([outputs(), keys()]).toEqual([[], ['.gitignore', name]]);
  });

  it('are there before any output is', async () => {
    mkdirSync(app.path(OUTPUTS, 'partition.bin'), { recursive: true });
    app.deriveKeys(1);
    expect(await run(false)).toBe(false);
    expect(current.printed).toContain('files.is-directory');
    expect([outputs(), keys()]).toEqual([[], ['.gitignore', expect.stringMatching(/^hmac_key-/)]]);
  });

  it('survive an image of development from the cache, which replaces the folder', async () => {
    const key = await makeKey();
    plain();
    // What Nx does on a hit: it empties the folder, and restores what it has.
    rmSync(app.path(OUTPUTS), { recursive: true });
    expect(await run(true)).toBe(true);
    expect(outputs()).toEqual(SET);
    expect(kept(`${nameOf(key)}.bin`).equals(key)).toBe(true);
    const second = await makeKey();
    expect(keys()).toEqual(['.gitignore', ...[key, second].map((one) => `${nameOf(one)}.bin`).sort()]);
  });

  it('overwrite no other', async () => {
    for (const _ of [1, 2]) await makeKey();
    expect(keys()).toHaveLength(3);
  });

  it('are not written where they cannot be kept', async () => {
    app.write('factory-keys', 'a file');
    app.deriveKeys(1);
    expect(await run(false)).toBe(false);
    expect(current.printed).toContain('files.not-a-directory');
    expect(outputs()).toEqual([]);
  });

  it('go through no link, which may lead to where others read', async () => {
    mkdirSync(app.path('elsewhere'));
    symlinkSync('elsewhere', app.path('factory-keys'));
    app.deriveKeys(1);
    expect(await run(false)).toBe(false);
    expect(current.printed).toContain('✖ files.link:');
    expect([outputs(), filesIn('elsewhere')]).toEqual([[], []]);
  });

  it('are those of an image with generated NVS keys, and not of one with given keys', async () => {
    encrypt({ key: { file: app.write('keys.bin', Buffer.from(randomBytes(64))) } });
    expect(await run(false)).toBe(true);
    await refused('factory.cached-secrets');
    expect([outputs(), keys()]).toEqual([[], []]);
    encrypt({ key: { generate: true } });
    expect(await run(false)).toBe(true);
    const name = expect.stringMatching(/^nvs_keys-/);
    expect(keys()).toEqual(['.gitignore', name]);
    expect(kept(keys()[1] ?? '').equals(app.read(`${OUTPUTS}/nvs_keys.bin`))).toBe(true);
    await refuse();
    expect([outputs(), keys()]).toEqual([[], ['.gitignore', name]]);
  });
});

describe('an output folder with links', () => {
  it.each([
    ['itself', OUTPUTS, 'elsewhere', 'files.link'],
    ['its parent', 'factory-output', 'others', 'files.link'],
    ['a dangling one', OUTPUTS, 'nowhere', 'factory.output-outside'],
  ])('is refused, and nothing is there: %s', async (_, link, target, code) => {
    for (const folder of ['elsewhere', 'others/root/default', dirname(link)])
      mkdirSync(app.path(folder), { recursive: true });
    const mine = ['elsewhere/hmac_key.bin', 'others/root/default/hmac_key.bin'];
    for (const file of mine) app.write(file, 'mine');
    symlinkSync(app.path(target), app.path(link));
    for (const failures of ['false', 'true']) {
      process.env.NX_CACHE_FAILURES = failures;
      for (const cache of [false, true]) {
        expect([await run(cache), current.printed]).toEqual([false, expect.stringContaining(`✖ ${code}:`)]);
      }
    }
    for (const file of mine) expect(app.read(file).toString()).toBe('mine');
    expect([filesIn('elsewhere'), filesIn('others')]).toEqual([['hmac_key.bin'], ['hmac_key.bin']]);
  });

  it('has its links to files replaced, and pipes too', async () => {
    mkdirSync(app.path(OUTPUTS), { recursive: true });
    app.write('mine.txt', 'mine');
    symlinkSync(app.path('mine.txt'), app.path(OUTPUTS, 'partition.bin'));
    linkSync(app.path('mine.txt'), app.path(OUTPUTS, 'onboarding.txt'));
    symlinkSync('nowhere', app.path(OUTPUTS, 'manifest.json'));
    execFileSync('mkfifo', [app.path(OUTPUTS, 'qr-code.png')]);
    expect(await run(false)).toBe(true);
    expect(outputs()).toEqual(SET);
    expect(app.read('mine.txt').toString()).toBe('mine');
    for (const name of SET) expect(lstatSync(app.path(OUTPUTS, name)).isFile()).toBe(true);
  });
});

describe('what Nx hashed', () => {
  const record = () => recordFile('factory.config.json', app.folder);
  /** What the runtime input does before the task starts. */
  const hash = (at = Date.now()) => {
    const digest = cacheDigest('factory.config.json', { env: process.env, workspaceRoot: app.folder });
    expect(recordDigest(record(), { at, digest })).toBe(true);
  };
  beforeEach(() => {
    process.env.NX_TASK_TARGET_PROJECT = 'light-app';
    process.env.NX_TASK_TARGET_TARGET = 'factory-image';
  });
  afterEach(() => {
    delete process.env.NX_TASK_TARGET_PROJECT;
    delete process.env.NX_TASK_TARGET_TARGET;
  });
  const edit = () => app.write('sdkconfig.defaults', `${app.read('sdkconfig.defaults')}# edited\n`);

  it('is what the run reads', async () => {
    hash();
    expect([await run(true), current.printed.includes('✖') ? current.printed : '']).toEqual([true, '']);
  });

  it('is not what the run reads after a change: nothing is written', async () => {
    hash();
    edit();
    await refused('factory.inputs-changed');
    expect(outputs()).toEqual([]);
    hash(Date.now());
    // Both digests were printed since the parent of this process began.
    await refused('factory.inputs-changed');
  });

  it('was something else before this Nx process began', async () => {
    hash(1000);
    edit();
    hash();
    expect([await run(true), current.printed.includes('✖') ? current.printed : '']).toEqual([true, '']);
  });

  it('is unknown without a record', async () => {
    await refused('factory.inputs-unrecorded');
    hash();
    rmSync(app.path('node_modules'), { recursive: true });
    await refused('factory.inputs-unrecorded');
    expect(outputs()).toEqual([]);
  });

  it('does not matter for a run that is not cached, or that another executor calls', async () => {
    expect(await run(false)).toBe(true);
    process.env.NX_TASK_TARGET_TARGET = 'everything';
    expect(await run(true)).toBe(true);
  });
});
