/** esp32-factory init: what the generator does, without Nx. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseCertificate } from 'nvs-core';
import { run } from '../../src/cli/main';
import schema from '../../src/init/schema.json';
import { LIGHT } from '../generators/init/fixtures';
import { FakeTerminal } from '../light-app';

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cli-init-')));
  mkdirSync(join(folder, '.git'));
  for (const [name, text] of Object.entries(LIGHT)) write(`apps/light/${name}`, text);
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const config = () => JSON.parse(read('apps/light/factory.config.json'));

/** All files with their contents. */
const snapshot = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort()
      .map((path) => [path, read(path)]),
  );

async function command(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const terminal = new FakeTerminal();
  const status = await run(args, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}
const init = (...args: string[]) => command('init', ...args, '--no-interactive');

describe('esp32-factory init', () => {
  it('sets up an app, prints what changes, and names the next commands, which work', async () => {
    const { status, stdout } = await init('apps/light', '--product-name', 'Lamp', '--product-id', '0x8001');
    expect(status).toBe(0);
    expect(config().deviceInstanceInfo).toMatchObject({ productName: 'Lamp', productId: '0x8001' });
    expect(config()).not.toHaveProperty('$schema');
    expect(stdout).toContain('  + CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y');
    expect(stdout).toContain('CREATE apps/light/factory.config.json\n');
    expect(stdout).toContain('UPDATE apps/light/sdkconfig.defaults\n');
    expect(stdout).toContain('CREATE apps/light/credentials/dac-key.pem (only for you: mode 0600)\n');
    expect(stdout).not.toContain(String(config().commissioning.passcode));
    expect(statSync(join(folder, 'apps/light/credentials/dac-key.pem')).mode & 0o777).toBe(0o600);
    expect(read('.gitignore')).toContain('/factory-output/');

    const image = / {2}esp32-factory (image .*)\n/.exec(stdout)?.[1] ?? '';
    expect((await command(...image.split(' '))).status).toBe(0);
    const output = 'factory-output/apps/light/default';
    expect(existsSync(join(folder, output, 'factory_partition.bin'))).toBe(true);
    expect(stdout).toContain(
      `  esp32-factory flash apps/light/factory.config.json --output_dir ${output} --dry-run\n`,
    );
    expect(stdout).toContain('  idf.py -C apps/light build flash\n');
  });

  it('works in the folder of the app, and prints paths from there', async () => {
    process.chdir('apps/light');
    const { stdout } = await init();
    expect(stdout).toContain('  esp32-factory image factory.config.json --output_dir ../../factory-output');
    expect(stdout).toContain('  idf.py build flash\n');
    expect(read('.gitignore')).toContain('/factory-output/');
  });

  it('keeps to the folder of the app where there is no repository', async () => {
    rmSync(join(folder, '.git'), { recursive: true });
    await init('apps/light');
    expect(existsSync(join(folder, '.gitignore'))).toBe(false);
    expect(read('apps/light/.gitignore')).toContain('/factory-output/');
  });

  it('names the schema where the package is installed, and runs by its package manager', async () => {
    write('node_modules/nx-esp32-factory/factory.config.schema.json', '{}');
    write('node_modules/.bin/esp32-factory', '');
    write('pnpm-lock.yaml', '');
    const { stdout } = await init('apps/light');
    expect(config().$schema).toBe('../../node_modules/nx-esp32-factory/factory.config.schema.json');
    expect(stdout).toContain('  pnpm exec esp32-factory image apps/light/factory.config.json');
  });

  it('changes nothing with --dry-run, and says so', async () => {
    const before = snapshot();
    const { status, stdout } = await init('apps/light', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toContain('CREATE apps/light/factory.config.json');
    expect(stdout).toContain('nothing was written');
    expect(stdout).not.toContain('Next:');
    expect(snapshot()).toEqual(before);
  });

  it('changes nothing the second time', async () => {
    await init('apps/light');
    const before = snapshot();
    const { status, stdout } = await init('apps/light');
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/CREATE|UPDATE/);
    expect(stdout).toContain('esp32-factory init apps/light --fix');
    expect(snapshot()).toEqual(before);
  });

  it('makes the credentials anew with --credentials, with the ids of the config', async () => {
    await init('apps/light', '--vendor-id', '0xFFF3', '--keys', 'local');
    rmSync(join(folder, 'apps/light/credentials'), { recursive: true });
    const { status, stdout } = await init('apps/light', '--credentials');
    expect(status).toBe(0);
    expect(stdout).toContain('esp32-factory init apps/light --credentials\n');
    const dac = parseCertificate(readFileSync(join(folder, 'apps/light/credentials/dac.pem')));
    expect(dac.ids).toMatchObject({ vendorId: 0xfff3, productId: 0x8000 });
  });

  it.each<[string, number, readonly string[], string]>([
    ['no app', 1, ['apps'], 'init.not-esp-idf'],
    ['a folder that does not exist', 1, ['nowhere'], 'init.not-esp-idf'],
    ['a file', 1, ['apps/light/CMakeLists.txt'], 'init.not-esp-idf'],
    ['an id out of range', 1, ['apps/light', '--vendor-id', '0xFFF9'], '--vendorId'],
    ['another chip', 1, ['apps/light', '--chip', 'esp32h2'], 'init.chip-differs'],
    ['another word', 2, ['apps/light', '--keys', 'remote'], 'cli.value-not-allowed'],
    ['options that exclude each other', 2, ['--credentials', '--no-credentials'], 'cli.exclusive'],
    ['a passcode', 2, ['apps/light', '--passcode', '20202021'], 'cli.unknown-option'],
  ])('rejects %s, and changes nothing', async (_, expected, args, text) => {
    const before = snapshot();
    const { status, stderr } = await init(...args);
    expect([status, stderr]).toEqual([expected, expect.stringContaining(text)]);
    expect(snapshot()).toEqual(before);
  });

  it('rejects what would turn a protection off', async () => {
    write('apps/light/sdkconfig.defaults', `${LIGHT['sdkconfig.defaults']}CONFIG_SEC_CERT_DAC_PROVIDER=y\n`);
    write('apps/light/partitions.csv', `${LIGHT['partitions.csv']}esp_secure_cert, 0x3F, , , 0x2000\n`);
    const before = snapshot();
    const { status, stderr } = await init('apps/light');
    expect([status, stderr]).toEqual([1, expect.stringContaining('init.weaker-security')]);
    expect(stderr).toContain('CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n');
    expect(snapshot()).toEqual(before);
    expect((await init('apps/light', '--allow-weaker-security')).status).toBe(0);
  });

  it('refuses a link that leads out of the repository, and a linked file', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'cli-init-outside-'));
    try {
      for (const [name, text] of Object.entries(LIGHT)) {
        mkdirSync(dirname(join(outside, name)), { recursive: true });
        writeFileSync(join(outside, name), text);
      }
      symlinkSync(outside, join(folder, 'apps/link'));
      expect((await init('apps/link')).stderr).toContain('init.link-outside');
      symlinkSync(outside, join(folder, 'apps/light/credentials'));
      expect((await init('apps/light')).stderr).toContain('✖ ');
      expect(readdirSync(outside).sort()).toEqual(
        Object.keys(LIGHT)
          .map((name) => name.split('/')[0])
          .sort(),
      );
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('has the options of the generator, but no question of Nx', async () => {
    const { stdout } = await command('init', '--help');
    const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const name of Object.keys(schema.properties))
      expect([name, stdout.includes(`--${kebab(name)}`)]).toEqual([
        name,
        !['project', 'skipFormat', 'skipPackageJson'].includes(name),
      ]);
  });
});
