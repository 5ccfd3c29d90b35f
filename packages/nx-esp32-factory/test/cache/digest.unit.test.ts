import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  encodePem,
  generateKey,
  issueCdSignerCertificate,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  type PrivateKey,
  parseCertificate,
  randomBytes,
} from 'nvs-core';
import * as manifest from '../../package.json';
import { cacheDigest } from '../../src/cache';
import { FOLDER_LIMIT, recordedReads } from '../../src/files';
import { readInputs } from '../../src/inputs';
import { LightApp } from '../light-app';
import { useOwnCdSigner } from '../own-cd-signer';

jest.mock('../../package.json', () => ({ __esModule: true, version: '1.0.0' }));

let app: LightApp;
let workspaceRoot: string;
let env: Record<string, string>;
beforeEach(async () => {
  app = new LightApp();
  await useOwnCdSigner(app);
  workspaceRoot = mkdtempSync(join(tmpdir(), 'workspace-'));
  env = { SERIAL: 'SN-1', EMPTY: '' };
  app.set('deviceInstanceInfo', { serialNumber: { env: 'SERIAL' } });
  app.set('nvs', {
    extra: [
      { namespace: 'light', key: 'linked', type: 'blob', value: { file: 'linked.bin' } },
      {
        namespace: 'light',
        key: 'outside',
        type: 'blob',
        value: { file: join(workspaceRoot, 'outside.bin') },
      },
    ],
  });
  app.set('flashEncryption', { mode: 'host', key: { folder: 'keys' } });
  mkdirSync(app.path('keys'));
  app.write('keys/EXL-1.bin', 'key');
  app.write('first.bin', 'one');
  app.write('second.bin', 'two');
  symlinkSync('first.bin', app.path('linked.bin'));
});
afterEach(() => {
  jest.restoreAllMocks();
  app.remove();
  rmSync(workspaceRoot, { recursive: true, force: true });
});

const digest = () => cacheDigest(app.config, { env, workspaceRoot });
const append = (name: string) => app.write(name, Buffer.concat([app.read(name), Buffer.from('\n')]));
const outside = (data: string) =>
  app.write(join('..', workspaceRoot.split('/').at(-1) ?? '', 'outside.bin'), data);

const BUILD = '{"project_path": "/app", "config_file": "/app/build/sdkconfig"}';

it('the digest changes with the sdkconfig of a build, and with which build is the newest', () => {
  for (const folder of ['build', 'build-new']) {
    app.write(`${folder}/project_description.json`, BUILD.replaceAll('build', folder));
    app.write(`${folder}/sdkconfig`, `CONFIG_IDF_TARGET="esp32c3"\n# ${folder}\n`);
  }
  const age = (folder: string, seconds: number) =>
    utimesSync(app.path(`${folder}/project_description.json`), seconds, seconds);
  age('build', 1000);
  age('build-new', 2000);
  const digests = [digest()];
  age('build-new', 3000);
  expect(digest()).toBe(digests[0]);
  age('build', 4000);
  digests.push(digest());
  append('build/sdkconfig');
  digests.push(digest());
  expect(new Set(digests).size).toBe(3);
});

it('the digest changes with what the section firmware names', () => {
  app.write('boards/b/sdkconfig', 'CONFIG_IDF_TARGET="esp32c3"\n');
  const config = { ...JSON.parse(app.read('factory.config.json').toString()) };
  app.write(
    'factory.config.json',
    JSON.stringify({ ...config, firmware: { sdkconfig: 'boards/b/sdkconfig' } }),
  );
  const before = digest();
  append('boards/b/sdkconfig');
  expect(digest()).not.toBe(before);
});

describe('the digest changes with', () => {
  beforeEach(() => {
    const cmake = app.read('CMakeLists.txt').toString();
    app.write('CMakeLists.txt', `include(cmake/config.cmake OPTIONAL)\n${cmake}`);
  });
  const CHANGES: [string, () => unknown][] = [
    ['the config', () => append('factory.config.json')],
    ['the DAC', () => append('credentials/dac.pem')],
    ['its key', () => append('credentials/dac-key.pem')],
    ['the PAI', () => append('credentials/pai.pem')],
    ['the declaration', () => append('credentials/cd.der')],
    ['a certificate of a trust store', () => append('credentials/paa-trust-store/paa.der')],
    ['a new certificate there', () => app.write('credentials/cd-trust-store/new.der', 'x')],
    ['an environment value', () => Object.assign(env, { SERIAL: 'SN-2' })],
    ['an environment value that is gone', () => delete env.SERIAL],
    ['a file outside', () => outside('x')],
    ['the target of a link', () => append('first.bin')],
    ['where a link leads', () => relink('second.bin')],
    ['a file that is gone', () => unlinkSync(app.path('first.bin'))],
    ['the partition table', () => append('partitions.csv')],
    ['sdkconfig.defaults', () => append('sdkconfig.defaults')],
    ['a new sdkconfig', () => app.write('sdkconfig', '')],
    ['new defaults of the chip', () => app.write('sdkconfig.defaults.esp32c3', '')],
    ['new defaults of a chip that an option could name', () => app.write('sdkconfig.defaults.esp32c6', '')],
    ['CMakeLists.txt', () => append('CMakeLists.txt')],
    ['a file that CMakeLists.txt includes', () => app.write('cmake/config.cmake', '')],
    ['CMakePresets.json', () => app.write('CMakePresets.json', '{"version": 3}')],
    ['presets of the user', () => app.write('CMakeUserPresets.json', '{"version": 3}')],
    ['platformio.ini', () => app.write('platformio.ini', '[env:a]\nframework = espidf\n')],
    ...['SDKCONFIG', 'SDKCONFIG_DEFAULTS', 'IDF_TARGET', 'IDF_PRESET'].map(
      (name): [string, () => unknown] => [
        `${name} of the environment`,
        () => Object.assign(env, { [name]: 'esp32c3' }),
      ],
    ),
    ['a build', () => app.write('build/project_description.json', BUILD)],
    ['a key in a folder with one for each device', () => app.write('keys/EXL-1.bin', 'other')],
    ['the version of this package', () => jest.replaceProperty(manifest, 'version', '1.0.1')],
  ];

  it.each(CHANGES)('%s', (_, change) => {
    const before = digest();
    change();
    expect(digest()).not.toBe(before);
  });

  function relink(target: string): void {
    unlinkSync(app.path('linked.bin'));
    symlinkSync(target, app.path('linked.bin'));
  }
});

it('the digest of a variant changes with the base and with the sdkconfig files of the variant', () => {
  const variant = app.write('factory.field.config.json', '{"extends": "factory.config.json"}');
  const ofVariant = () => cacheDigest(variant, { env, workspaceRoot });
  const digests = [ofVariant()];
  append('factory.config.json');
  digests.push(ofVariant());
  app.write('sdkconfig.defaults.field', '');
  digests.push(ofVariant());
  expect(new Set(digests).size).toBe(3);
  expect(digests).not.toContain(digest());
});

describe('the digest stays with', () => {
  const OTHERS: [string, () => unknown][] = [
    ['a file that nothing refers to', () => app.write('README.md', 'x')],
    ['source code', () => append('main/app_main.cpp')],
    ['other keys in the folder', () => append('credentials/pai-key.pem')],
    ['another environment value', () => Object.assign(env, { OTHER: 'x' })],
    ['the time of a file', () => utimesSync(app.config, 1, 1)],
    ['the mode of a file', () => chmodSync(app.path('credentials/dac-key.pem'), 0o600)],
    ['a note in a trust folder', () => app.write('credentials/cd-trust-store/README.md', 'x')],
    ['an empty folder', () => mkdirSync(app.path('build'))],
  ];

  it.each(OTHERS)('%s', (_, change) => {
    const before = digest();
    change();
    expect(digest()).toBe(before);
  });
});

describe('what it reveals of low-entropy secrets', () => {
  const elsewhere = () => {
    const root = mkdtempSync(join(tmpdir(), 'workspace-'));
    try {
      return cacheDigest(app.config, { env, workspaceRoot: root });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  };

  it('is the same everywhere when the key of the DAC is in it', () => {
    expect(elsewhere()).toBe(digest());
  });

  it('takes in a local pepper without a key', () => {
    app.set('attestation', null);
    expect(digest()).toBe(digest());
    expect(elsewhere()).not.toBe(digest());
  });

  it('takes in a local pepper when the key is encrypted: its passphrase may be short', () => {
    app.set('attestation', {
      dac: {
        certificate: { file: 'credentials/dac.pem' },
        key: { file: 'credentials/dac-key.pem', passphrase: { env: 'PHRASE' } },
      },
    });
    expect(digest()).toBe(digest());
    expect(elsewhere()).not.toBe(digest());
  });

  it('takes in a local pepper when the key is empty or missing', () => {
    app.write('credentials/dac-key.pem', '');
    expect(elsewhere()).not.toBe(digest());
    unlinkSync(app.path('credentials/dac-key.pem'));
    expect(elsewhere()).not.toBe(digest());
  });

  it('never repeats where a pepper cannot be kept', () => {
    app.set('attestation', null);
    const file = app.write('no-folder', '');
    const once = () => cacheDigest(app.config, { env, workspaceRoot: file });
    expect(once()).not.toBe(once());
  });
});

describe('the time', () => {
  const at = (time: string, of = app.config) => cacheDigest(of, { env, workspaceRoot, now: new Date(time) });
  const DAY = 24 * 60 * 60 * 1000;
  const dac = () => parseCertificate(app.read('credentials/dac.pem'));
  const around = (time: Date) =>
    [time.getTime() - 1, time.getTime(), time.getTime() + 1].map((ms) => new Date(ms).toISOString());

  it('ends a hit where the DAC becomes valid and where it expires, and nowhere in between', async () => {
    await useExpiring();
    app.set('attestation', { trust: null });
    const { notBefore, notAfter } = dac();
    const [before, start, afterStart] = around(notBefore) as [string, string, string];
    const [last, end] = around(notAfter) as [string, string];
    expect(at(before)).not.toBe(at(start));
    expect(at(start)).toBe(at(afterStart));
    expect(at(afterStart)).toBe(at(new Date(notBefore.getTime() + DAY).toISOString()));
    expect(at(afterStart)).toBe(at(last));
    expect(at(last)).not.toBe(at(end));
  });

  it.each([
    ['the DAC', 'dac'],
    ['the PAI', 'pai'],
    ['a trusted PAA', 'paa'],
    ['a CD signer', 'cdSigner'],
  ] as const)('counts for %s alone', async (_, which) => {
    await useExpiring();
    const files = {
      dac: 'dac.pem',
      pai: 'pai.pem',
      paa: 'paa-trust-store/paa.der',
      cdSigner: 'cd-trust-store/cd-signing-cert.der',
    };
    const certificate = app.read(`credentials/${files[which]}`);
    for (const name of Object.values(files))
      if (name !== files[which]) app.write(`credentials/${name}`, 'unreadable');
    const { notAfter } = parseCertificate(certificate);
    const [last, end, after] = around(notAfter) as [string, string, string];
    expect(at(last)).not.toBe(at(after));
    expect(at(last)).not.toBe(at(end));
  });

  it('counts for certificates in the text of the config and in variables', async () => {
    await useExpiring();
    const { notAfter, der } = dac();
    const [last, , after] = around(notAfter) as [string, string, string];
    const key = { file: 'credentials/dac-key.pem' };
    const forms = [app.read('credentials/dac.pem').toString(), { env: 'PEM' }, { env: 'BASE64' }];
    Object.assign(env, { PEM: forms[0], BASE64: Buffer.from(der).toString('base64') });
    for (const certificate of forms) {
      app.set('attestation', { dac: { certificate, key }, pai: null, trust: null });
      expect(at(last)).not.toBe(at(after));
    }
  });

  it('does not matter where the config sets it', async () => {
    await useExpiring();
    app.set('attestation', { at: '2030-01-01T00:00:00Z' });
    expect(at('2020-01-01T00:00:00Z')).toBe(at('2120-01-01T00:00:00Z'));
  });

  /** A chain whose certificates all expire, at different times. */
  async function useExpiring(): Promise<void> {
    const ids = { vendorId: 0xfff1, productId: 0x8001 };
    const notBefore = new Date('2026-01-01T00:00:00Z');
    const year = (count: number) => ({ notBefore, notAfter: new Date(`${2026 + count}-06-01T00:00:00Z`) });
    const [paaKey, paiKey, dacKey, cdKey] = [1, 2, 3, 4].map(() => generateKey(randomBytes)) as [
      PrivateKey,
      PrivateKey,
      PrivateKey,
      PrivateKey,
    ];
    const paa = issuePaa({ random: randomBytes, ...year(40), commonName: 'PAA', signer: keySigner(paaKey) });
    const common = { random: randomBytes, idEncoding: 'attributes' as const };
    const paaIssuer = { certificate: await paa, signer: keySigner(paaKey) };
    const pai = await issuePai({
      ...common,
      ...ids,
      ...year(30),
      commonName: 'PAI',
      paa: paaIssuer,
      publicKey: paiKey,
    });
    const paiIssuer = { certificate: pai, signer: keySigner(paiKey) };
    const issued = await issueDac({
      ...common,
      ...ids,
      ...year(20),
      commonName: 'DAC',
      pai: paiIssuer,
      publicKey: dacKey,
    });
    const cdSigner = await issueCdSignerCertificate({
      random: randomBytes,
      ...year(10),
      commonName: 'CD',
      signer: keySigner(cdKey),
    });
    app.write('credentials/dac.pem', await encodePem('CERTIFICATE', issued.der));
    app.write('credentials/pai.pem', await encodePem('CERTIFICATE', pai.der));
    app.write('credentials/paa-trust-store/paa.der', paaIssuer.certificate.der);
    app.write('credentials/cd-trust-store/cd-signing-cert.der', cdSigner.der);
  }
});

describe('a pepper that is not ours', () => {
  const file = () => join(workspaceRoot, 'node_modules/.cache/nx-esp32-factory/pepper');
  beforeEach(() => {
    app.set('attestation', null);
    mkdirSync(dirname(file()), { recursive: true });
  });

  it.each([
    ['empty', () => writeFileSync(file(), '')],
    ['too long', () => writeFileSync(file(), Buffer.alloc(1e6))],
    [
      'a link to one',
      () => {
        writeFileSync(join(workspaceRoot, 'p'), Buffer.alloc(32));
        symlinkSync(join(workspaceRoot, 'p'), file());
      },
    ],
    ['a dangling link', () => symlinkSync(join(workspaceRoot, 'p'), file())],
    ['a pipe', () => execFileSync('mkfifo', [file()])],
  ])('is replaced: %s', (_, plant) => {
    plant();
    const before = digest();
    expect(digest()).toBe(before);
    expect([lstatSync(file()).isFile(), statSync(file()).mode & 0o777, statSync(file()).size]).toEqual([
      true,
      0o600,
      32,
    ]);
    if (existsSync(join(workspaceRoot, 'p'))) expect(statSync(join(workspaceRoot, 'p')).size).toBe(32);
  });

  it('is not kept in the place of a folder', () => {
    mkdirSync(file());
    expect(digest()).not.toBe(digest());
  });
});

describe('what a run has read', () => {
  it('is what the digest is of, whatever is there by now', () => {
    outside('x');
    app.set('flashEncryption', null);
    const files = recordedReads();
    const now = new Date();
    readInputs(app.config, { env, files });
    const before = cacheDigest(app.config, { env, workspaceRoot, now });
    append('credentials/dac-key.pem');
    append('sdkconfig.defaults');
    app.write('credentials/cd-trust-store/new.der', 'x');
    app.write('sdkconfig', '');
    expect(cacheDigest(app.config, { env, workspaceRoot, now, files })).toBe(before);
    expect(cacheDigest(app.config, { env, workspaceRoot, now })).not.toBe(before);
  });
});

describe('a config that cannot be read', () => {
  it.each([
    ['missing', () => unlinkSync(app.config)],
    ['broken', () => app.write('factory.config.json', '{')],
    ['a base that is missing', () => app.write('factory.config.json', '{"extends": "gone.json"}')],
    ['a folder for a file', () => app.set('attestation', { certificationDeclaration: { file: 'main' } })],
    ['a folder that is missing', () => app.set('attestation', { trust: { paa: { folder: 'gone' } } })],
  ])('has a digest all the same: %s', (_, change) => {
    change();
    expect(digest()).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('a folder with too many keys to hash has a digest that never hits', () => {
  expect(digest()).toBe(digest());
  for (let index = 0; index < FOLDER_LIMIT; index++) app.write(`keys/${index}.bin`, '');
  expect(digest()).not.toBe(digest());
});
