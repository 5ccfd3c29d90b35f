import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as manifest from '../../package.json';
import { cacheDigest } from '../../src/cache';
import { FOLDER_LIMIT } from '../../src/files';
import { LightApp } from '../light-app';

jest.mock('../../package.json', () => ({ __esModule: true, version: '1.0.0' }));

let app: LightApp;
let workspaceRoot: string;
let env: Record<string, string>;
beforeEach(() => {
  app = new LightApp();
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

describe('the digest changes with', () => {
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
    ['a key in a folder with one for each device', () => app.write('keys/EXL-1.bin', 'other')],
    ['the version of this package', () => jest.replaceProperty(manifest, 'version', '1.0.1')],
  ];

  it.each(CHANGES)('%s', (_, change) => {
    const before = digest();
    expect(digest()).toBe(before);
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
