/** What may not be cached is not, and nobody finds it in the folders of Nx. */
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { decodeFactoryData, decodeNvs, toHex } from 'nvs-core';
import { APP, type AppConfig, CONFIG, IMAGE, LightAppWorkspace, otherCredentials } from './light-app';
import { FULL_VERSION } from './versions';

const PASSCODE = '47110815';
const MANUAL_CODE = /\d{4}-\d{3}-\d{4}/;

/** Credentials that are nobody's, and a device without its own secrets in the config. */
async function workspaceOf(options: { readonly daemon: boolean }): Promise<LightAppWorkspace> {
  const app = new LightAppWorkspace(FULL_VERSION, options);
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

/** The private key of the DAC in every form that somebody could find it in. */
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

function force(app: LightAppWorkspace, cache: boolean): void {
  app.write(
    `${APP}/project.json`,
    JSON.stringify({ name: 'light-app', targets: cache ? { 'factory-image': { cache: true } } : {} }),
  );
}

describe('without the daemon', () => {
  let app: LightAppWorkspace;
  let config: Buffer;
  beforeAll(async () => {
    app = await workspaceOf({ daemon: false });
    config = app.read(CONFIG);
  });
  afterAll(() => app.dispose());
  beforeEach(() => {
    app.write(CONFIG, config);
    force(app, false);
  });

  const production = (settings: Record<string, unknown> = {}) =>
    app.config((value) => {
      value.attestation.certificationDeclaration = undefined;
      value.output = settings;
    });
  const random = (value: AppConfig) => {
    value.commissioning.passcode = { random: true };
  };

  it('production: not cached, says why, and leaves no secret', async () => {
    production();
    const { cache, metadata } = await targetOf(app);
    expect(cache).toBe(false);
    expect(metadata.description).toMatch(/Not cached: .*production.*Certification Declaration is missing/);
    for (const time of ['first', 'second']) {
      const { how, image, run } = await app.make();
      expect([time, how]).toEqual([time, 'made']);
      expect(run.output).toMatch(/Not cached .*production/);
      expect(run.output).not.toMatch(MANUAL_CODE);
      expect(run.output).not.toContain('MT:');
      expect(leaks(app, image)).toEqual([]);
      expect(app.filesWith('.nx', image)).toEqual([]);
    }
  });

  it('a vendor id of somebody: not cached, and says why', async () => {
    app.config((value) => {
      value.deviceInstanceInfo.vendorId = '0x131B';
    });
    const { cache, metadata } = await targetOf(app);
    expect([cache, metadata.description]).toEqual([false, expect.stringContaining('0x131B')]);
  });

  it('git-ignored credentials of production: noticed at once, and noticed again when they are gone', async () => {
    const before = app.read('secret/cd.der');
    expect((await targetOf(app)).cache).toBe(true);
    app.write('secret/cd.der', (await otherCredentials()).cd);
    expect((await targetOf(app)).cache).toBe(false);
    app.write('secret/cd.der', before);
    expect((await targetOf(app)).cache).toBe(true);
  });

  it('a random passcode: not cached, and another one each time', async () => {
    app.config(random);
    const { cache, metadata } = await targetOf(app);
    expect([cache, metadata.description]).toEqual([false, expect.stringContaining('passcode at random')]);
    const passcodes = new Set<number>();
    for (const _ of [1, 2]) {
      const { how, image } = await app.make();
      expect(how).toBe('made');
      expect(app.filesWith('.nx', image)).toEqual([]);
      passcodes.add(app.json<{ passcode: number }>('dist/apps/light-app/factory/onboarding.json').passcode);
    }
    expect(passcodes.size).toBe(2);
  });

  it.each([
    ['production', () => production()],
    ['a random passcode', () => app.config(random)],
    [
      'a random passcode that is allowed in the cache',
      () =>
        app.config((value) => {
          random(value);
          value.output = { allowSecretsInCache: true };
        }),
    ],
  ])('set to be cached in project.json: refused, and nothing is there: %s', async (_, change) => {
    change();
    force(app, true);
    expect((await targetOf(app)).cache).toBe(true);
    const before = app.read(IMAGE);
    const { how, run } = await app.make();
    expect([how, run.output]).toEqual(['failed', expect.stringContaining('factory.cached-secrets')]);
    expect(app.read(IMAGE).equals(before)).toBe(true);
    expect(leaks(app, before)).toEqual([]);
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
    production({ allowSecretsInCache: true });
    expect((await targetOf(app)).cache).toBe(true);
    expect((await app.make()).how).toBe('made');
    expect((await app.make()).how).toBe('restored');
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

describe('with the daemon, whose graph is older than the credentials', () => {
  let app: LightAppWorkspace;
  beforeAll(async () => {
    app = await workspaceOf({ daemon: true });
    // A commissioner would refuse these credentials, which would end the run before the cache is asked about.
    app.config((value) => {
      value.attestation.severity = 'warning';
    });
    await app.commit();
  });
  afterAll(() => app.dispose());

  /** Puts another declaration in place while the daemon has nothing to do: it hears late of what was written before. */
  async function swapUnnoticed(cd: Uint8Array): Promise<void> {
    const before = app.read('secret/cd.der');
    for (let attempt = 0; attempt < 5; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
      expect((await targetOf(app)).cache).toBe(true);
      app.write('secret/cd.der', cd);
      if ((await targetOf(app)).cache) return;
      app.write('secret/cd.der', before);
      app.append(CONFIG, '\n');
    }
    throw new Error('the daemon reads the graph anew all the time');
  }

  it('git-ignored credentials become those of production: refused, and nothing is there', async () => {
    app.env.LIGHT_PASSCODE = '20202021';
    expect((await app.make()).how).toBe('made');
    expect((await app.make()).how).toBe('restored');
    app.env.LIGHT_PASSCODE = PASSCODE;
    await swapUnnoticed((await otherCredentials()).cd);
    const { how, run } = await app.make();
    expect([how, run.output]).toEqual(['failed', expect.stringContaining('factory.cached-secrets')]);
    expect(run.output).toContain('nx reset');
    expect(app.filesWith('.nx', PASSCODE)).toEqual([]);

    await app.nxOk(['reset']);
    expect((await targetOf(app)).cache).toBe(false);
    const made = await app.make();
    expect([made.how, leaks(app, made.image)]).toEqual(['made', []]);
  });
});
