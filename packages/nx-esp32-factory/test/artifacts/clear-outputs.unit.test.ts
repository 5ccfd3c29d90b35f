import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  clearOutputs,
  EXECUTOR_NAMES,
  outputsOf,
  outputsWithoutImage,
  SCRIPT_NAMES,
} from '../../src/artifacts';
import { ALL_NAMES } from '../../src/artifacts/names';
import { writeOutputs } from '../../src/files';
import { readInputs } from '../../src/inputs';
import { makeTestDevice } from '../make-device';
import { SecureApp } from '../secure-app';

let app: SecureApp;
beforeEach(() => open());
afterEach(() => app.remove());

/** An app whose images have all that there may be, but for NVS encryption. */
function open(): void {
  app = new SecureApp();
  app.forChip('esp32h2');
  app.useSecureCert();
  app.set('storage', { ecdsaPeripheral: { keyId: 2 } });
  app.set('commissioning', { nfcTag: true });
}

const make = () => makeTestDevice(readInputs(app.config, { env: {} }));
const clear = (keep?: string[]) => clearOutputs(app.path('out'), keep);
const left = () => readdirSync(app.path('out'), { recursive: true, encoding: 'utf8' }).sort();

it('knows every name of an output', async () => {
  const names = new Set<string>();
  for (const encrypt of [() => app.deriveKeys(1), () => app.encryptFlash()]) {
    app.remove();
    open();
    encrypt();
    const made = await make();
    for (const style of [EXECUTOR_NAMES, SCRIPT_NAMES]) {
      const files = [...outputsOf(made, 'out', style), ...outputsWithoutImage(made, 'out', style)];
      for (const { path } of files) names.add(relative('out', path));
    }
  }
  expect([...names].sort()).toEqual([...ALL_NAMES].sort());
});

it('removes the files of the Matter SDK script too', async () => {
  app.encryptFlash();
  writeOutputs(outputsOf(await make(), app.path('out'), SCRIPT_NAMES));
  app.write('out/keys/mine.bin', 'mine');
  clear();
  expect(left()).toEqual(['keys', join('keys', 'mine.bin')]);
});

it('leaves what is written next, and folders of the same name', async () => {
  writeOutputs(outputsOf(await make(), app.path('out'), EXECUTOR_NAMES));
  mkdirSync(app.path('out/nvs_partition.csv'));
  clear(['partition.bin']);
  expect(left()).toEqual(['nvs_partition.csv', 'partition.bin']);
});

it('removes what a killed run left', () => {
  mkdirSync(app.path('out'));
  mkdirSync(app.path('out/.esp32-factory-staging-999999999-x'));
  app.write('out/.esp32-factory-staging-999999999-x/0', 'secret');
  clear();
  expect(left()).toEqual([]);
});

it('is not misled by a file in the place of a folder', () => {
  mkdirSync(app.path('out'));
  app.write('out/keys', 'mine');
  clear();
  expect(left()).toEqual(['keys']);
});

it('makes no folder where there is nothing', () => {
  clear();
  expect(existsSync(app.path('out'))).toBe(false);
});

it('removes links and pipes under its names, and follows no link to a file or a folder', () => {
  for (const name of ['out', 'mine']) mkdirSync(app.path(name));
  for (const name of ['hmac_key.bin', 'nvs_key_partition.bin']) app.write(`mine/${name}`, 'mine');
  symlinkSync(app.path('mine/hmac_key.bin'), app.path('out/hmac_key.bin'));
  symlinkSync('nowhere', app.path('out/manifest.json'));
  symlinkSync(app.path('mine'), app.path('out/keys'));
  execFileSync('mkfifo', [app.path('out/partition.bin')]);
  linkSync(app.path('mine/hmac_key.bin'), app.path('out/ecdsa_key.pem'));
  clear();
  expect(left().filter((name) => !name.includes('/'))).toEqual(['keys']);
  expect(readdirSync(app.path('mine')).sort()).toEqual(['hmac_key.bin', 'nvs_key_partition.bin']);
  expect(app.read('mine/hmac_key.bin').toString()).toBe('mine');
});

it('does nothing to a file, or a link to a folder, in the place of the folder', () => {
  mkdirSync(app.path('mine'));
  app.write('mine/hmac_key.bin', 'mine');
  symlinkSync(app.path('mine'), app.path('out'));
  clear();
  expect(app.read('mine/hmac_key.bin').toString()).toBe('mine');
});
