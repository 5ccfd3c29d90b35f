/** Outputs that must not be cached are not, and none of their secrets are in Nx's folders. */
import { createPrivateKey } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeFactoryData, decodeNvs } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { check } from './command';
import { FULL } from './installations';
import { APP, type AppConfig, CONFIG, IMAGE, LightAppWorkspace, otherCredentials } from './light-app';

const OUTPUTS = dirname(IMAGE);
const KEYS = `${APP}/factory-keys`;
const PASSCODE = '47110815';
/** A user's file in the output folder, which Nx leaves alone. */
const NOTES = 'notes of a user';
const MANUAL_CODE = /\d{4}-\d{3}-\d{4}/;

/** Credentials of a vendor, and a device without secrets of its own in the config. */
async function workspaceOf(options: { readonly daemon: boolean }): Promise<LightAppWorkspace> {
  const app = new LightAppWorkspace(FULL, options);
  app.env.LIGHT_PASSCODE = PASSCODE;
  await app.prepare();
  app.write('secret/cd.der', app.read(`${APP}/credentials/cd.der`));
  app.config((config) => {
    config.commissioning.passcode = { env: 'LIGHT_PASSCODE' };
    config.deviceInstanceInfo.rotatingDeviceIdUniqueId = undefined;
    config.attestation.certificationDeclaration = { file: '../../secret/cd.der' };
  });
  await app.commit();
  return app;
}

/** The private key of the DAC in every encoding that a search should cover. */
function keyForms(app: LightAppWorkspace): (Buffer | string)[] {
  const pem = app.read('secret/dac-key.pem').toString();
  const raw = Buffer.from(createPrivateKey(pem).export({ format: 'jwk' }).d ?? '', 'base64url');
  expect(raw.length).toBe(32);
  const [, body = ''] = pem.split(/-----[A-Z ]+-----/);
  return [raw, toHex(raw), raw.toString('base64'), body.trim().slice(0, 40)];
}

/** Files of Nx with something that tells the passcode or the key. */
function leaks(app: LightAppWorkspace, image: Uint8Array): string[] {
  const { commissioning } = decodeFactoryData(decodeNvs(image).entries).data;
  const { verifier = new Uint8Array(), salt = new Uint8Array() } = commissioning ?? {};
  expect([verifier.length, salt.length]).toEqual([97, 32]);
  const derived = [verifier, salt].flatMap((bytes) => [
    bytes,
    toHex(bytes),
    Buffer.from(bytes).toString('base64'),
  ]);
  return [PASSCODE, ...keyForms(app), ...derived].flatMap((secret) => app.filesWith('.nx', secret));
}

async function targetOf(
  app: LightAppWorkspace,
): Promise<{ cache: boolean; metadata: { description: string } }> {
  const { stdout } = await app.nxOk(['show', 'project', 'light-app', '--json'], { env: app.env });
  return JSON.parse(stdout).targets['factory-image'];
}

const FORCED = { 'factory-image': { cache: true } };

/** Ways in which a workspace can make the target cached. */
const BY_HAND: Record<string, (app: LightAppWorkspace) => void> = {
  'project.json': (app) =>
    app.write(`${APP}/project.json`, JSON.stringify({ name: 'light-app', targets: FORCED })),
  targetDefaults: (app) =>
    app.edit('nx.json', (nxJson) => {
      nxJson.targetDefaults = FORCED;
    }),
};

/** Refused, although Nx caches even that; neither the output folder nor the cache has anything of it, nor of before. */
async function expectRefused(app: LightAppWorkspace, code: string, before: Uint8Array): Promise<string> {
  app.write(`${OUTPUTS}/notes.txt`, NOTES);
  // The second time Nx may replay the failure, with the outputs that it has of it.
  const said: string[] = [];
  for (const _ of [1, 2]) {
    const { how, run } = await app.make([], { env: { NX_CACHE_FAILURES: 'true' } });
    expect([how, run.output]).toEqual(['failed', expect.stringContaining(`✖ ${code}:`)]);
    expect(readdirSync(app.path(OUTPUTS))).toEqual(['notes.txt']);
    expect(app.filesWith('.nx/cache', NOTES)).toEqual([]);
    expect(app.filesWith('.nx', before)).toEqual([]);
    expect(leaks(app, before)).toEqual([]);
    said.push(run.output);
  }
  return said[0] ?? '';
}

describe('without the daemon', () => {
  let app: LightAppWorkspace;
  let state: Record<string, Buffer>;
  beforeAll(async () => {
    app = await workspaceOf({ daemon: false });
    app.write(`${APP}/project.json`, JSON.stringify({ name: 'light-app' }));
    const names = [CONFIG, 'nx.json', `${APP}/project.json`, `${APP}/sdkconfig.defaults`, 'secret/cd.der'];
    state = Object.fromEntries(names.map((name) => [name, app.read(name)]));
  });
  afterAll(() => app.dispose());
  beforeEach(() => {
    for (const [name, data] of Object.entries(state)) app.write(name, data);
    for (const folder of ['.nx/cache', '.nx/workspace-data', OUTPUTS, KEYS])
      rmSync(app.path(folder), { recursive: true, force: true });
  });

  /** An image of production, which was not cached. */
  const production = async () => {
    app.config((config) => {
      config.attestation.certificationDeclaration = undefined;
      config.output = { cache: false };
    });
    return (await app.make()).image;
  };
  const random = (config: AppConfig) => {
    config.commissioning.passcode = { random: true };
  };

  it('production: not cached, says why, and leaves no secret', async () => {
    for (const time of ['first', 'second']) {
      const image = await production();
      const { how, run } = await app.make();
      expect([time, how]).toEqual([time, 'made']);
      expect(run.output).toMatch(/Not cached "output.cache" is false/);
      expect(run.output).not.toMatch(MANUAL_CODE);
      expect(run.output).not.toContain('MT:');
      expect(leaks(app, image)).toEqual([]);
      expect(app.filesWith('.nx', image)).toEqual([]);
    }
    const { cache, metadata } = await targetOf(app);
    expect([cache, metadata.description]).toEqual([
      false,
      expect.stringContaining('"output.cache" is false'),
    ]);
  });

  it('a vendor id that is no test id: not cached, with the reason', async () => {
    app.config((config) => {
      config.deviceInstanceInfo.vendorId = '0x131B';
    });
    const { cache, metadata } = await targetOf(app);
    expect([cache, metadata.description]).toEqual([false, expect.stringContaining('is not a test id')]);
  });

  it('a random passcode: not cached, and another one each time', async () => {
    app.config(random);
    const { cache, metadata } = await targetOf(app);
    expect([cache, metadata.description]).toEqual([
      false,
      expect.stringContaining('commissioning.passcode is generated'),
    ]);
    const passcodes = new Set<number>();
    for (const _ of [1, 2]) {
      const { how, image } = await app.make();
      expect(how).toBe('made');
      expect(app.filesWith('.nx', image)).toEqual([]);
      passcodes.add(app.json<{ passcode: number }>(`${OUTPUTS}/onboarding.json`).passcode);
    }
    expect(passcodes.size).toBe(2);
  });

  describe.each(Object.entries(BY_HAND))('set to be cached in %s', (_, force) => {
    it.each<[string, (config: AppConfig) => void, string, string]>([
      ['a cache that is off', () => undefined, 'factory.cached-though-off', 'take "cache": true out'],
      [
        'a vendor id that is no test id',
        (config) => {
          config.output = {};
          config.deviceInstanceInfo.vendorId = '0x131B';
        },
        'factory.cached-secrets',
        '"output": {"cache": false}',
      ],
      [
        'a random passcode, with secrets allowed in the cache',
        (config) => {
          random(config);
          config.output = { cache: true };
        },
        'factory.cached-generated',
        '"output": {"cache": false}',
      ],
    ])('refused, and nothing is there: %s', async (_what, change, code, fix) => {
      const before = await production();
      app.config(change);
      force(app);
      expect((await targetOf(app)).cache).toBe(true);
      expect(await expectRefused(app, code, before)).toContain(fix);
    });
  });

  it('git-ignored credentials that are exchanged for those of production: refused, and nothing is there', async () => {
    const before = await production();
    app.write(CONFIG, state[CONFIG] ?? '');
    app.write('secret/cd.der', (await otherCredentials()).cdOfUnknownSigner);
    expect((await targetOf(app)).cache).toBe(true);
    await expectRefused(app, 'attestation.cd-signer-unknown', before);
    app.config((config) => {
      config.attestation.severity = 'warning';
    });
    expect(await expectRefused(app, 'factory.cached-secrets', before)).toContain(
      '"output": {"cache": false}',
    );
  });

  it('firmware that encrypts, of which the config says nothing: refused, and its keys are kept', async () => {
    app.append(
      `${APP}/sdkconfig.defaults`,
      'CONFIG_SECURE_FLASH_ENC_ENABLED=y\nCONFIG_NVS_ENCRYPTION=y\nCONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y\n',
    );
    app.config((config) => {
      config.encryption = undefined;
      config.output = { cache: false };
    });
    const made = await app.make();
    expect(made.how).toBe('made');
    const [image, key] = ['partition.bin', 'nvs_keys.bin'].map((name) => app.read(`${OUTPUTS}/${name}`));
    app.config((config) => {
      config.output = undefined;
    });
    expect((await targetOf(app)).cache).toBe(true);
    const { how, run } = await app.make([], { env: { NX_CACHE_FAILURES: 'true' } });
    expect([how, run.output]).toEqual([
      'failed',
      expect.stringContaining('factory.cached-firmware-encryption'),
    ]);
    expect(run.output).toContain('"encryption": {"scheme":"flash","key":{"generate":true}}');
    expect(readdirSync(app.path(OUTPUTS))).toEqual([]);
    const [kept = ''] = readdirSync(app.path(KEYS)).filter((name) => name !== '.gitignore');
    expect(made.run.output).toContain(kept);
    expect(app.read(`${KEYS}/${kept}`)).toEqual(key);
    expect([image, key].flatMap((data) => app.filesWith('.nx', data ?? ''))).toEqual([]);
    const { output } = await check('git', ['status', '--porcelain', '--untracked-files=all'], {
      cwd: app.root,
    });
    expect(output).not.toContain('factory-keys');
  });

  it('inputs written by hand: refused, with the input that is missing', async () => {
    app.write(
      `${APP}/project.json`,
      JSON.stringify({ name: 'light-app', targets: { 'factory-image': { inputs: ['{projectRoot}/**/*'] } } }),
    );
    const { how, run } = await app.make();
    expect([how, run.output]).toEqual(['failed', expect.stringContaining('factory.cached-without-digest')]);
    expect(run.output).toContain(`cache-digest '${CONFIG}'`);
    expect(app.filesWith('.nx', PASSCODE)).toEqual([]);
  });

  it('production that is allowed in the cache, in so many words: cached', async () => {
    await production();
    app.config((config) => {
      config.output = { cache: true };
    });
    expect((await targetOf(app)).cache).toBe(true);
    // Over the files of a run that was not cached, the digest never hits: docs/decisions/011.
    for (const how of ['made', 'made', 'restored']) expect((await app.make()).how).toBe(how);
  });

  it('development: cached, with no secret in what Nx keeps of the terminal', async () => {
    const { how, image, run } = await app.make();
    expect(how).toBe('made');
    expect(run.output).toMatch(MANUAL_CODE);
    const records = app
      .filesWith('.nx', 'factory data with development credentials')
      .map((name) => app.read(join('.nx', name)));
    expect(records.length).toBeGreaterThan(0);
    const { commissioning } = decodeFactoryData(decodeNvs(image).entries).data;
    const { verifier = new Uint8Array(), salt = new Uint8Array() } = commissioning ?? {};
    const secrets = [
      ...keyForms(app),
      ...[verifier, salt].flatMap((bytes) => [toHex(bytes), Buffer.from(bytes)]),
    ];
    for (const record of records) {
      const found = [PASSCODE, ...secrets].filter((secret) => record.includes(secret));
      expect(found).toEqual([]);
    }
  });
});

describe('with the daemon, whose graph is older than a git-ignored config', () => {
  let app: LightAppWorkspace;
  const base = (passcode: unknown) =>
    app.write('secret/base.json', JSON.stringify({ commissioning: { passcode } }));
  beforeAll(async () => {
    app = await workspaceOf({ daemon: true });
    app.config((config) => {
      config.extends = '../../secret/base.json';
      config.commissioning.passcode = undefined;
    });
    base({ env: 'LIGHT_PASSCODE' });
    await app.commit();
  });
  afterAll(() => app.dispose());

  /** Writes the base while the daemon has nothing to do: it hears late of what was written before. */
  async function editUnnoticed(): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
      expect((await targetOf(app)).cache).toBe(true);
      base({ random: true });
      if ((await targetOf(app)).cache) return;
      base({ env: 'LIGHT_PASSCODE' });
      app.append(CONFIG, '\n');
    }
    throw new Error('the daemon reads the graph anew all the time');
  }

  it('its passcode becomes a generated one: refused, and nothing is there', async () => {
    expect((await app.make()).how).toBe('made');
    expect((await app.make()).how).toBe('restored');
    await editUnnoticed();
    const { how, run } = await app.make([], { env: { NX_CACHE_FAILURES: 'true' } });
    expect([how, run.output]).toEqual(['failed', expect.stringContaining('factory.cached-generated')]);
    expect(readdirSync(app.path(OUTPUTS))).toEqual([]);

    await app.nxOk(['reset']);
    expect((await targetOf(app)).cache).toBe(false);
    const made = await app.make();
    expect([made.how, app.filesWith('.nx', made.image)]).toEqual(['made', []]);
  });
});
