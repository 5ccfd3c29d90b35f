/** Builds of the field that were read wrong: a row a case, with what is right. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { FakeTerminal } from '../../packages/nx-esp32-factory/test/light-app';

const CASES = join(__dirname, 'cases');
const CREDENTIALS = resolve(__dirname, '../../examples/light-app/credentials');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'field-builds-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Makes the image of a case, in a copy of its folder with these files and this section `firmware`. */
async function image(name: string, files: Readonly<Record<string, string>> = {}, firmware?: object) {
  const app = join(folder, 'app');
  cpSync(join(CASES, name), app, { recursive: true });
  cpSync(CREDENTIALS, join(app, 'CREDENTIALS'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), text);
  }
  const config = join(app, 'factory.config.json');
  if (firmware !== undefined)
    writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), firmware }));
  const terminal = new FakeTerminal();
  const out = join(folder, 'out');
  const status = await run(['image', config, '--output_dir', out], terminal);
  const codes = [...terminal.stderr.matchAll(/^✖ ([\w.-]+):/gm)].map(([, code]) => code);
  return { status, codes, err: terminal.stderr, keys: existsSync(join(out, 'keys/nvs_key_partition.bin')) };
}

describe('nvs-scheme-default-idf5', () => {
  const CASE = 'nvs-scheme-default-idf5';
  it('asks for the line where no file says the version of ESP-IDF', async () => {
    const { status, codes, err } = await image(CASE);
    expect({ status, codes }).toEqual({ status: 1, codes: ['firmware.nvs-scheme-unknown'] });
    expect(err).toContain('CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y');
    expect(err).not.toContain('KEY_ID=-1');
  });

  it.each<[title: string, files: Record<string, string>, firmware: object | undefined]>([
    [
      'the line',
      { 'sdkconfig.defaults.esp32c3': 'CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y\n' },
      undefined,
    ],
    ['the version in the config', {}, { idfVersion: '5.5' }],
    [
      'the version in dependencies.lock',
      { 'dependencies.lock': 'dependencies:\n  idf:\n    version: 5.4.2\n' },
      undefined,
    ],
    [
      'the version of a build',
      {
        'build/project_description.json':
          '{"git_revision": "v5.3.1", "config_defaults": "sdkconfig.defaults"}',
      },
      undefined,
    ],
  ])('makes an encrypted image with %s', async (_, files, firmware) => {
    expect(await image(CASE, files, firmware)).toMatchObject({ status: 0, keys: true });
  });

  it('has the scheme hmac from 6.0 on, with the line that is missing', async () => {
    const { status, err } = await image(CASE, {}, { idfVersion: '6.0' });
    expect(status).toBe(1);
    expect(err).toContain('CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=0');
    expect(err).not.toContain('KEY_ID=-1');
  });
});

describe('a project in another folder', () => {
  it('is refused where there is none', async () => {
    const { status, codes } = await image('nvs-scheme-default-idf5', {}, { project: '..' });
    expect({ status, codes }).toEqual({ status: 1, codes: ['firmware.not-checked'] });
  });

  it('is missed where the config has a partition, and only there', async () => {
    const files = { 'CMakeLists.txt': 'project(x)' };
    expect((await image('nvs-scheme-default-idf5', files)).err).not.toContain('firmware.not-checked');
    const config = JSON.parse(
      readFileSync(join(CASES, 'nvs-scheme-default-idf5/factory.config.json'), 'utf8'),
    );
    const partition = { label: 'fctry', size: '0x6000' };
    const { status, err } = await image('nvs-scheme-default-idf5', {
      ...files,
      'factory.config.json': JSON.stringify({ ...config, partition }),
    });
    expect(status).toBe(0);
    expect(err).toContain('⚠ firmware.not-checked');
    expect(err).toContain('tools/cmakev2/idf.cmake');
  });

  it('is missed where a section firmware finds none', async () => {
    const { err } = await image(
      'nvs-scheme-default-idf5',
      { 'CMakeLists.txt': 'project(x)' },
      { idfVersion: '5.5' },
    );
    expect(err).toContain('⚠ firmware.not-checked');
  });

  it('is one of build system 2 of ESP-IDF, too', async () => {
    const cmake = 'include($ENV{IDF_PATH}/tools/cmakev2/idf.cmake)\nproject(x)\nidf_project_default()\n';
    const { status, codes } = await image('nvs-scheme-default-idf5', { 'CMakeLists.txt': cmake });
    expect({ status, codes }).toEqual({ status: 1, codes: ['firmware.nvs-scheme-unknown'] });
  });
});

describe('what the files of a project say', () => {
  it('cmake-list-prepend: the list is that of list(PREPEND)', async () => {
    const { status, codes, err } = await image('cmake-list-prepend');
    expect({ status, codes }).toEqual({ status: 0, codes: [] });
    expect(err).not.toContain('is not known');
  });

  it('cmake-presets: the image is encrypted, as the preset has it', async () => {
    expect(await image('cmake-presets')).toMatchObject({ status: 0, codes: [], keys: true });
  });

  it('cmakev2: the provider that is off is found', async () => {
    const { status, codes, err } = await image('cmakev2');
    expect({ status, codes }).toEqual({ status: 1, codes: ['firmware.factory-provider-off'] });
    expect(err).not.toContain('no partition table');
  });

  it('platformio: the built sdkconfig is that of the environment', async () => {
    const { status, codes, err } = await image('platformio');
    expect({ status, codes }).toEqual({ status: 0, codes: [] });
    expect(err).not.toContain('firmware.not-built');
  });

  it('sdkconfig-in-build: the provider that is off in the build is found', async () => {
    const { status, codes, err } = await image('sdkconfig-in-build');
    expect({ status, codes }).toEqual({ status: 1, codes: ['firmware.factory-provider-off'] });
    expect(err).toContain('build/sdkconfig:7');
  });
});
