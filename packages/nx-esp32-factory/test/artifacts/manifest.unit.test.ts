import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { EXECUTOR_NAMES, type Manifest, manifestOf, readManifest, SCRIPT_NAMES } from '../../src/artifacts';
import { formatManifest, parseManifest } from '../../src/artifacts/manifest';
import { readInputs } from '../../src/inputs';
import type { LightApp } from '../light-app';
import { makeTestDevice } from '../make-device';
import { SecureApp } from '../secure-app';

const manifestFrom = async (app: LightApp, names = EXECUTOR_NAMES): Promise<Manifest> => {
  const made = await makeTestDevice(readInputs(app.config, { env: {} }));
  return manifestOf(made, names);
};

describe('a manifest is read back as it was written', () => {
  const rows: readonly (readonly [string, (app: SecureApp) => void])[] = [
    ['plain', () => undefined],
    ['encrypted with a keys partition', (app) => app.encryptFlash()],
    ['encrypted with an HMAC key', (app) => app.deriveKeys(3)],
    ['with esp_secure_cert', (app) => app.useSecureCert(true)],
    ['without an ESP-IDF app', (app) => app.write('CMakeLists.txt', '')],
    ['without credentials', (app) => app.set('attestation', null)],
    [
      'with a dynamic passcode',
      (app) => app.set('commissioning', { passcode: { dynamic: true }, salt: null }),
    ],
  ];
  it.each(rows)('%s', async (_, change) => {
    const app = new SecureApp();
    try {
      change(app);
      for (const names of [EXECUTOR_NAMES, SCRIPT_NAMES]) {
        const manifest = await manifestFrom(app, names);
        expect(parseManifest(formatManifest(manifest))).toEqual({ manifest });
      }
    } finally {
      app.remove();
    }
  });
});

describe('a malformed manifest', () => {
  let manifest: Manifest;
  beforeAll(async () => {
    const app = new SecureApp();
    try {
      app.deriveKeys(3);
      manifest = await manifestFrom(app);
    } finally {
      app.remove();
    }
  });

  const withImage = (change: object) => ({ ...manifest, images: [{ ...manifest.images[0], ...change }] });
  const withEfuse = (change: object) => ({ ...manifest, efuses: [{ ...manifest.efuses[0], ...change }] });
  const rows: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['a list', () => [], /not an object/],
    ['null', () => null, /not an object/],
    ['no images', () => ({ ...manifest, images: undefined }), /"images"/],
    ['a file above the folder', () => withImage({ file: '../x.bin' }), /"images\.0\.file"/],
    ['a file above a folder below', () => withImage({ file: 'keys/../../x.bin' }), /"images\.0\.file"/],
    ['an absolute file', () => withImage({ file: '/etc/passwd' }), /"images\.0\.file"/],
    ['a file of another drive', () => withImage({ file: 'C:\\x.bin' }), /"images\.0\.file"/],
    ['an unknown kind of image', () => withImage({ kind: 'firmware' }), /"images\.0\.kind"/],
    ['a size that is text', () => withImage({ size: '24576' }), /"images\.0\.size"/],
    ['a malformed digest', () => withImage({ sha256: 'abc' }), /"images\.0\.sha256"/],
    ['a block that is text', () => withEfuse({ block: '3' }), /"efuses\.0\.block"/],
    ['an unknown purpose', () => withEfuse({ purpose: 'XTS_AES' }), /"efuses\.0\.purpose"/],
    ['a key above the folder', () => withEfuse({ file: '..' }), /"efuses\.0\.file"/],
  ];
  it.each(rows)('%s', (_, value, problem) => {
    const parsed = parseManifest(JSON.stringify(value()));
    expect('problem' in parsed ? parsed.problem : undefined).toMatch(problem);
  });

  it('is reported by readManifest', () => {
    const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
    try {
      expect(() => readManifest(folder)).toThrow(
        expect.objectContaining({ code: 'factory.manifest-missing' }),
      );
      writeFileSync(join(folder, 'manifest.json'), '{"images": [');
      expect(() => readManifest(folder)).toThrow(/it is not JSON/);
      writeFileSync(join(folder, 'manifest.json'), formatManifest({ ...manifest, images: [] }).slice(0, -9));
      expect(() => readManifest(folder)).toThrow(FactoryError);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
