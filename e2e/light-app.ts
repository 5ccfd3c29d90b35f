import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDevelopmentCredentials,
  encodePem,
  encodePrivateKeyPem,
  generateKey,
  issueCertificationDeclaration,
  keySigner,
  randomBytes,
} from 'nvs-core';
import { type NxRun, type RunOptions, sha256, Workspace } from './workspace';

export const APP = 'apps/light-app';
export const CONFIG = `${APP}/factory.config.json`;
export const IMAGE = 'factory-output/apps/light-app/default/partition.bin';

export interface AppConfig {
  extends?: string;
  deviceInstanceInfo: Record<string, unknown>;
  commissioning: Record<string, unknown>;
  attestation: Record<string, unknown>;
  nvs: { extra: Record<string, unknown>[] };
  partition: Record<string, unknown>;
  encryption?: Record<string, unknown> | undefined;
  output?: Record<string, unknown> | undefined;
}

/** Whether an image was made by a run, or came from the cache; and what it is. */
export interface Made {
  readonly how: 'made' | 'restored' | 'restored an older one' | 'failed';
  readonly image: Buffer;
  readonly run: NxRun;
}

/**
 * The example app in a consumer's workspace, with a config that refers to things in every way there is. It gives no
 * salt, so that every image that is made is another one: an image that was seen before can only come from the cache,
 * whatever Nx says of it.
 */
export class LightAppWorkspace extends Workspace {
  /** A folder outside of the workspace. */
  readonly outside = mkdtempSync(join(tmpdir(), 'outside-'));
  readonly env: Record<string, string | undefined> = { LIGHT_COLOUR: 'amber-0' };
  readonly #seen = new Set<string>();
  #last = '';

  async prepare(): Promise<void> {
    this.addExample(APP);
    mkdirSync(this.path('secret'));
    for (const name of ['ignored.bin', 'outside.bin', 'other.bin']) {
      writeFileSync(join(name === 'ignored.bin' ? this.path('secret') : this.outside, name), `${name}-0`);
    }
    mkdirSync(join(this.outside, 'folder'));
    writeFileSync(join(this.outside, 'folder', 'inner.bin'), 'inner-0');
    this.write(`${APP}/data/tracked.bin`, 'tracked-0');
    symlinkSync(join(this.outside, 'outside.bin'), this.path(APP, 'data', 'link.bin'));
    symlinkSync(join(this.outside, 'folder'), this.path(APP, 'data', 'folder'));
    this.write('secret/dac-key.pem', this.read(`${APP}/credentials/dac-key.pem`));
    unlinkSync(this.path(APP, 'credentials', 'dac-key.pem'));
    // Nx 20 and 21 hash without the app's .env, which they then give to the task: such a run is refused.
    const { version } = this.json<{ version: string }>('node_modules/nx/package.json');
    this.write(Number.parseInt(version, 10) < 22 ? '.env' : `${APP}/.env`, 'LIGHT_SHADE=shade-0\n');
    this.write('shared/base.json', '{ "deviceInstanceInfo": { "productLabel": "base-0" } }');
    const common = { namespace: 'e2e', secret: false };
    const blob = (key: string, file: string) => ({ ...common, key, type: 'blob', value: { file } });
    const string = (key: string, env: string) => ({ ...common, key, type: 'string', value: { env } });
    this.edit<AppConfig>(CONFIG, (config) => {
      config.extends = '../../shared/base.json';
      config.deviceInstanceInfo.productLabel = undefined;
      config.commissioning.salt = undefined;
      config.attestation.dac = {
        certificate: { file: 'credentials/dac.pem' },
        key: { file: '../../secret/dac-key.pem' },
      };
      config.nvs.extra = [
        blob('tracked', 'data/tracked.bin'),
        blob('ignored', '../../secret/ignored.bin'),
        blob('outside', join(this.outside, 'other.bin')),
        blob('link', 'data/link.bin'),
        blob('folder', 'data/folder/inner.bin'),
        string('colour', 'LIGHT_COLOUR'),
        string('shade', 'LIGHT_SHADE'),
      ];
    });
    await this.commit();
  }

  /** Changes the config. */
  config(change: (config: AppConfig) => void): void {
    this.edit(CONFIG, change);
  }

  /** Runs the target; how the image came is told by its bytes, and Nx must tell the same. */
  async make(args: readonly string[] = [], options: RunOptions = {}, image = IMAGE): Promise<Made> {
    const run = await this.nx(['run', 'light-app:factory-image', ...args], {
      ...options,
      env: { ...this.env, ...options.env },
    });
    if (run.status !== 0) return { how: 'failed', image: Buffer.alloc(0), run };
    const bytes = this.read(image);
    const digest = sha256(bytes);
    const isKnown = this.#seen.has(digest);
    if (isKnown !== run.isHit) {
      throw new Error(`Nx says ${run.isHit ? 'hit' : 'miss'}, the image says the other:\n${run.output}`);
    }
    const isLast = digest === this.#last;
    this.#seen.add(digest);
    this.#last = digest;
    return { how: isLast ? 'restored' : isKnown ? 'restored an older one' : 'made', image: bytes, run };
  }

  override async dispose(): Promise<void> {
    await super.dispose();
    rmSync(this.outside, { recursive: true, force: true });
  }
}

/** Another set of credentials for the same ids. */
export async function otherCredentials() {
  const made = await createDevelopmentCredentials({
    vendorId: 0xfff1,
    productId: 0x8001,
    certificateId: 'ZIG0000000000000002',
    random: randomBytes,
    now: new Date(),
  });
  return {
    dac: await encodePem('CERTIFICATE', made.dac.certificate.der),
    dacKey: encodePrivateKeyPem(made.dac.key),
    pai: await encodePem('CERTIFICATE', made.pai.certificate.der),
    cd: made.cd.der,
    paa: made.paa.certificate.der,
    cdOfUnknownSigner: (
      await issueCertificationDeclaration(made.cd.fields, keySigner(generateKey(randomBytes)))
    ).der,
    der: { dac: made.dac.certificate.der, pai: made.pai.certificate.der },
  };
}

export type OtherCredentials = Awaited<ReturnType<typeof otherCredentials>>;
