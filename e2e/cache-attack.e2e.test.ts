/**
 * Ways in which a workspace could have Nx store production secrets, or bring old files back, on the oldest and the newest
 * Nx. After each, everything that Nx keeps is searched for every secret in every encoding.
 */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFactoryData, decodeNvs, parsePrivateKey } from 'nvs-core';
import { findLeaks, type Leak, type Secret } from '../packages/nx-esp32-factory/test/leak/finder';
import { chosenInstallations, type Installation, nameOf } from './installations';
import { type AppConfig, type OtherCredentials, otherCredentials } from './light-app';
import { whyMissing } from './template';
import { EXAMPLE, type NxRun, Workspace } from './workspace';

const ENV = {
  PASSCODE: '73519264',
  UNIQUE_ID: 'c0ffee5d7a5b904e26a1c05d8e7f4b29',
  TOKEN: 'canary-of-an-extra-secret',
};
/** Apps by what is secret besides: a DAC that is issued from the PAI's key, NVS keys, an HMAC key. */
const APPS = ['issue', 'flash', 'hmac'] as const;
type App = (typeof APPS)[number];

const SDKCONFIG: Record<App, string> = {
  issue: '',
  flash:
    'CONFIG_SECURE_FLASH_ENC_ENABLED=y\nCONFIG_NVS_ENCRYPTION=y\nCONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y\n',
  hmac: 'CONFIG_NVS_ENCRYPTION=y\nCONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y\nCONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=1\n',
};
const ENCRYPTION: Record<App, Record<string, unknown> | undefined> = {
  issue: undefined,
  flash: { scheme: 'flash' },
  hmac: { scheme: 'hmac', keyId: 1, key: { generate: true }, firmwareDerivesKeys: true },
};
/** The files of an image without encryption. */
const SET = [
  'manifest.json',
  'onboarding.json',
  'onboarding.txt',
  'partition.bin',
  'qr-code.png',
  'qr-code.svg',
];

const NX_JSON = {
  analytics: false,
  neverConnectToCloud: true,
  cacheDirectory: '.nx/cache',
  plugins: ['nx-esp32-factory/plugin'],
};

let other: OtherCredentials;
beforeAll(async () => {
  other = await otherCredentials();
});

/** A workspace with an app for production of each kind, each with a "build" that Nx caches with its default outputs. */
class AttackedWorkspace extends Workspace {
  prepare(): Promise<void> {
    for (const app of APPS) this.addExample(`apps/${app}`);
    this.reset();
    return this.commit();
  }

  reset(): void {
    for (const name of [
      '.nx',
      'factory-output',
      'dist',
      'out',
      ...APPS.map((app) => `apps/${app}/factory-keys`),
    ])
      rmSync(this.path(name), { recursive: true, force: true });
    this.nxJson({});
    for (const app of APPS) {
      this.project(app, {});
      this.production(app);
    }
  }

  nxJson(more: object): void {
    this.write('nx.json', JSON.stringify({ ...NX_JSON, ...more }));
  }

  project(app: string, targets: object, build: object = { cache: true }): void {
    const command = { executor: 'nx:run-commands', options: { command: 'node --version' } };
    const all = { build: { ...command, ...build }, ...targets };
    this.write(`apps/${app}/project.json`, JSON.stringify({ name: app, targets: all }));
  }

  production(app: App): void {
    this.development(app);
    this.append(`apps/${app}/sdkconfig.defaults`, SDKCONFIG[app]);
    for (const [name, data] of [
      ['dac.pem', other.dac],
      ['dac-key.pem', other.dacKey],
      ['pai.pem', other.pai],
      ['cd.der', other.cdOfUnknownSigner],
    ] as const)
      this.write(`secret/${name}`, data);
    this.edit<AppConfig>(`apps/${app}/factory.config.json`, (config) => {
      const file = (name: string) => ({ file: `../../secret/${name}` });
      config.deviceInstanceInfo.rotatingDeviceIdUniqueId = { env: 'UNIQUE_ID' };
      config.commissioning.passcode = { env: 'PASSCODE' };
      config.commissioning.salt = undefined;
      config.attestation =
        app === 'issue'
          ? {
              dac: { issue: {} },
              pai: {
                certificate: { file: 'credentials/pai.pem' },
                key: { file: 'credentials/pai-key.pem' },
              },
              severity: 'warning',
            }
          : {
              dac: { certificate: file('dac.pem'), key: file('dac-key.pem') },
              pai: { certificate: file('pai.pem') },
              certificationDeclaration: file('cd.der'),
              severity: 'warning',
            };
      config.nvs.extra = [{ namespace: 'light', key: 'token', type: 'string', value: { env: 'TOKEN' } }];
      config.encryption = ENCRYPTION[app];
      config.output = { cache: false };
    });
  }

  /** The example as it is. */
  development(app: App): void {
    for (const name of ['factory.config.json', 'sdkconfig.defaults'])
      cpSync(join(EXAMPLE, name), this.path('apps', app, name));
  }

  make(app: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<NxRun> {
    return this.nx(['run', `${app}:factory-image`, ...args], { env: { ...ENV, ...env } });
  }

  /** Makes the image of each app, and returns what must be found nowhere. */
  async makeAll(): Promise<Secret[]> {
    await this.nxOk(['run-many', '-t', 'factory-image', '-p', APPS.join(',')], { env: ENV });
    return this.secrets();
  }

  outputs(app: string): string[] {
    const folder = this.path('factory-output/apps', app, 'default');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  output(app: App, name: string): Buffer {
    return this.read(`factory-output/apps/${app}/default/${name}`);
  }

  secrets(): Secret[] {
    const secret = (name: string, value: Uint8Array | string | undefined): Secret => {
      if (value === undefined || value.length < 8) throw new Error(`no ${name}`);
      return { name, value, holders: [] };
    };
    const { data } = decodeFactoryData(decodeNvs(this.output('issue', 'partition.bin')).entries);
    const nvsKeys = this.output('flash', 'nvs_keys.bin');
    const codes = APPS.map((app) => JSON.parse(this.output(app, 'onboarding.json').toString()));
    return [
      secret('passcode', ENV.PASSCODE),
      secret('rotating id', Buffer.from(ENV.UNIQUE_ID, 'hex')),
      secret('extra secret', ENV.TOKEN),
      secret('verifier', data.commissioning?.verifier),
      secret('key of the issued DAC', data.attestation?.dacKey),
      secret('key of the DAC', parsePrivateKey(Buffer.from(other.dacKey)).raw),
      secret('key of the PAI', parsePrivateKey(this.read('apps/issue/credentials/pai-key.pem')).raw),
      secret('NVS encryption key', nvsKeys.subarray(0, 32)),
      secret('NVS tweak key', nvsKeys.subarray(32, 64)),
      secret('HMAC key', this.output('hmac', 'hmac_key.bin')),
      secret('QR code', codes[0].qrCode),
      secret('manual code', codes[0].manualCode),
    ];
  }

  /** The secrets in what Nx keeps: its cache, its terminal outputs, its database, the daemon's logs. */
  leaks(secrets: readonly Secret[], folders: readonly string[] = ['.nx', 'dist']): Leak[] {
    const paths = folders.map((name) => this.path(name)).filter((path) => existsSync(path));
    return findLeaks(secrets, { paths, inputs: [] });
  }
}

const installations = chosenInstallations().filter(
  ({ manager, nx }) => manager === 'npm' && /^(20|24)\./.test(nx),
);
for (const installation of installations) {
  const why = whyMissing(installation);
  if (why === undefined) describe(nameOf(installation), () => attack(installation));
  else console.warn(`${nameOf(installation)} does not install here: ${why}`);
}

function attack(installation: Installation): void {
  let workspace: AttackedWorkspace;
  beforeAll(async () => {
    workspace = new AttackedWorkspace(installation);
    await workspace.prepare();
  });
  afterAll(() => workspace.dispose());
  beforeEach(() => workspace.reset());

  const FAILURES = { NX_CACHE_FAILURES: 'true' };

  it('finds each secret that Nx stores', async () => {
    const secrets = await workspace.makeAll();
    workspace.project('tools', {}, { cache: true, outputs: ['{workspaceRoot}/factory-output'] });
    await workspace.nxOk(['run', 'tools:build']);
    rmSync(workspace.path('apps/tools'), { recursive: true });
    const found = new Set(workspace.leaks(secrets).map(({ secret }) => secret));
    // The image does not have the key of its PAI, and the others are encrypted.
    const hidden = ['key of the PAI', 'key of the DAC'];
    expect(
      secrets
        .map(({ name }) => name)
        .filter((name) => !found.has(name))
        .sort(),
    ).toEqual(hidden.sort());
  });

  it('a cached build with its default outputs stores nothing of an image, and brings no old one back', async () => {
    const secrets = await workspace.makeAll();
    await workspace.nxOk(['run-many', '-t', 'build']);
    expect(workspace.leaks(secrets)).toEqual([]);
    const second = await workspace.makeAll();
    const images = APPS.map((app) => workspace.output(app, 'partition.bin'));
    const { isHit } = await workspace.nxOk(['run-many', '-t', 'build']);
    expect(isHit).toBe(true);
    expect(APPS.map((app) => workspace.output(app, 'partition.bin'))).toEqual(images);
    expect(workspace.leaks([...secrets, ...second])).toEqual([]);
  });

  it.each([
    ['a folder around', ['{workspaceRoot}/factory-output']],
    ['a pattern', ['{workspaceRoot}/**/*.bin']],
    ['an option', ['{options.to}']],
  ])('an image is refused if another target stores its outputs by %s', async (_, outputs) => {
    const options = { command: 'node --version', to: 'factory-output' };
    workspace.project('hmac', {}, { cache: true, outputs, options });
    const { status, output } = await workspace.make('issue');
    expect([status, output]).toEqual([
      1,
      expect.stringContaining('✖ factory.output-cached: Nx caches hmac:build'),
    ]);
    expect(workspace.outputs('issue')).toEqual([]);
  });

  it('an image is refused in a folder that a cached build stores by default', async () => {
    for (const outputPath of ['dist/apps/hmac/x', 'dist/apps/issue']) {
      const { status, output } = await workspace.make('issue', ['--outputPath', outputPath]);
      expect([status, output]).toEqual([1, expect.stringContaining('✖ factory.output-cached:')]);
      expect(workspace.has(outputPath)).toBe(false);
    }
  });

  it.each(['factory-verify', 'factory-inspect', 'factory-flash'])(
    '%s is refused if targetDefaults have Nx cache it, and the failure is stored without an image',
    async (target) => {
      const secrets = await workspace.makeAll();
      workspace.nxJson({ targetDefaults: { [target]: { cache: true } } });
      for (const _ of [1, 2]) {
        const run = await workspace.nx(['run', `flash:${target}`], { env: { ...ENV, ...FAILURES } });
        expect([run.status, run.output]).toEqual([1, expect.stringContaining('✖ factory.use-cached:')]);
      }
      const keys = { name: 'new NVS keys', holders: [] };
      const value = workspace.output('flash', 'nvs_keys.bin').subarray(0, 32);
      expect(workspace.leaks([...secrets, { ...keys, value }])).toEqual([]);
    },
  );

  if (installation.nx.startsWith('20.')) {
    it('cacheableOperations count as "cache": true', async () => {
      const options = { cacheableOperations: ['build', 'factory-verify'] };
      workspace.nxJson({ tasksRunnerOptions: { default: { runner: 'nx/tasks-runners/default', options } } });
      const secrets = await workspace.makeAll();
      workspace.project('hmac', {}, { outputs: ['{workspaceRoot}/factory-output'] });
      const { status, output } = await workspace.make('issue');
      expect([status, output]).toEqual([1, expect.stringContaining('✖ factory.output-cached:')]);
      workspace.project('hmac', {}, {});
      await workspace.nxOk(['run-many', '-t', 'build']);
      expect((await workspace.nxOk(['run-many', '-t', 'build'])).isHit).toBe(true);
      expect(workspace.leaks(secrets)).toEqual([]);
    });
  }

  it('an output folder is refused in a project, around one, outside, and with sources; sources stay', async () => {
    const sources = ['factory.config.json', 'partitions.csv', 'credentials/dac-key.pem'];
    const before = sources.map((name) => workspace.read(`apps/issue/${name}`));
    workspace.write('out/inner/project.json', '{"name": "inner"}');
    workspace.write('tracked/manifest.json', '{}');
    await workspace.commit();
    for (const [outputPath, code] of [
      ['apps/issue', 'factory.output-in-project'],
      ['apps/hmac/build', 'factory.output-in-project'],
      ['out', 'factory.output-in-project'],
      ['../out', 'factory.output-outside'],
      ['.nx/cache', 'factory.output-reserved'],
      ['tracked', 'factory.output-has-sources'],
    ] as const) {
      const { status, output } = await workspace.make('issue', ['--outputPath', outputPath]);
      expect([outputPath, status, output]).toEqual([outputPath, 1, expect.stringContaining(`✖ ${code}:`)]);
      expect(workspace.has(`${outputPath}/partition.bin`)).toBe(false);
    }
    expect(sources.map((name) => workspace.read(`apps/issue/${name}`))).toEqual(before);
  });

  it('folders with patterns in their names are not cached, and get their own images', async () => {
    const names = ['li*', 'light[v2]', 'light(v2)', 'light{a,b}'];
    const all = [...names, 'light', 'light2', 'lighta'];
    try {
      for (const [index, name] of all.entries()) {
        workspace.addExample(`apps/${name}`);
        workspace.write(`apps/${name}/project.json`, JSON.stringify({ name: `glob${index}` }));
        workspace.edit<AppConfig>(`apps/${name}/factory.config.json`, (config) => {
          config.deviceInstanceInfo.serialNumber = `SN-${index}`;
        });
      }
      const projects = all.map((_, index) => `glob${index}`).join(',');
      for (const _ of [1, 2]) {
        await workspace.nxOk(['run-many', '-t', 'factory-image', '-p', projects]);
        for (const [index, name] of all.entries()) {
          const { data } = decodeFactoryData(
            decodeNvs(workspace.read(`factory-output/apps/${name}/default/partition.bin`)).entries,
          );
          expect(data.deviceInstanceInfo?.serialNumber).toBe(`SN-${index}`);
        }
        rmSync(workspace.path('factory-output'), { recursive: true });
      }
      const forced = { name: 'glob0', targets: { 'factory-image': { cache: true } } };
      workspace.write('apps/li*/project.json', JSON.stringify(forced));
      const { status, output } = await workspace.make('glob0');
      expect([status, output]).toEqual([1, expect.stringContaining('✖ factory.cached-glob:')]);
      expect(output).toContain('"*"');
    } finally {
      for (const name of all) rmSync(workspace.path('apps', name), { recursive: true, force: true });
    }
  });

  it('files of a production run stay neither beside a development image that was cached, nor in the cache', async () => {
    workspace.development('flash');
    for (const expected of [false, true]) {
      const { status, isHit, output } = await workspace.make('flash');
      expect([status, isHit, status === 0 ? '' : output]).toEqual([0, expected, '']);
    }
    expect(workspace.outputs('flash')).toEqual(SET);

    workspace.production('flash');
    const secrets = await workspace.makeAll();
    expect(workspace.outputs('flash')).toContain('nvs_keys.bin');
    workspace.write('factory-output/apps/flash/default/notes.txt', 'mine');

    workspace.development('flash');
    for (const _ of ['in place of the hit', 'again']) {
      const run = await workspace.make('flash');
      expect([run.status, run.status === 0 ? '' : run.output]).toEqual([0, '']);
      expect(workspace.outputs('flash')).toEqual([...SET, 'notes.txt'].sort());
      expect(workspace.leaks(secrets, ['.nx', 'factory-output/apps/flash'])).toEqual([]);
    }
    expect((await workspace.make('flash')).isHit).toBe(true);
    expect(workspace.filesWith('.nx/cache', 'mine')).toEqual([]);
    const kept = readdirSync(workspace.path('apps/flash/factory-keys')).filter((name) =>
      name.endsWith('.bin'),
    );
    expect(kept).toEqual([expect.stringMatching(/^nvs_keys-/)]);
  });

  it('files of a production run are not stored with a development run that fails', async () => {
    const secrets = await workspace.makeAll();
    workspace.development('flash');
    workspace.edit<AppConfig>('apps/flash/factory.config.json', (config) => {
      config.commissioning.discriminator = 4096;
    });
    for (const _ of [1, 2]) {
      const { status, output } = await workspace.make('flash', [], FAILURES);
      expect([status, output]).toEqual([1, expect.stringContaining('✖ config.out-of-range:')]);
      expect(workspace.leaks(secrets)).toEqual([]);
    }
  });

  it('the page of factory-inspect is in no output folder, and not stored', async () => {
    const secrets = await workspace.makeAll();
    await workspace.nx(['run', 'issue:factory-inspect'], { env: ENV });
    expect(workspace.has('factory-output/apps/issue/default-inspect.html')).toBe(true);
    expect(workspace.outputs('issue')).toEqual(SET);
    await workspace.nxOk(['run-many', '-t', 'build']);
    expect(workspace.leaks(secrets)).toEqual([]);
  });

  it('the daemon logs no secret', async () => {
    const watched = new AttackedWorkspace(installation, { daemon: true });
    try {
      await watched.prepare();
      // When the daemon stops itself, because an ignore file is new, Nx can end with EPIPE after its last task.
      const { output } = await watched.nx(['run-many', '-t', 'factory-image', '-p', APPS.join(',')], {
        env: ENV,
      });
      expect(output).toContain(`Successfully ran target factory-image for ${APPS.length} projects`);
      const secrets = watched.secrets();
      await watched.nxOk(['run-many', '-t', 'build']);
      expect(watched.filesWith('.nx', 'Daemon').length).toBeGreaterThan(0);
      expect(watched.leaks(secrets)).toEqual([]);
    } finally {
      await watched.dispose();
    }
  });
}
