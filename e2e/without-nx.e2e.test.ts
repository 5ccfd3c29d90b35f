/** The command alone: neither nx nor @nx/devkit is installed, nor any other package. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './command';
import { tarballOf } from './packages';
import { EXAMPLE } from './workspace';

let folder: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'without-nx-')));
  const installed = join(folder, 'node_modules/nx-esp32-factory');
  mkdirSync(installed, { recursive: true });
  await check('tar', ['xzf', tarballOf('nx-esp32-factory'), '-C', installed, '--strip-components=1'], {
    cwd: folder,
  });
  for (const name of ['CMakeLists.txt', 'main'])
    cpSync(join(EXAMPLE, name), join(folder, 'light', name), { recursive: true });
  await check('git', ['init', '--quiet'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const command = (...args: string[]) =>
  check(process.execPath, [join(folder, 'node_modules/nx-esp32-factory/bin/esp32-factory.js'), ...args], {
    cwd: folder,
  });

it('init sets an app up, and the command that it names makes the image', async () => {
  const { output } = await command('init', 'light', '--vendor-id', '0xFFF1', '--product-id', '0x8001');
  expect(output).toContain('CREATE light/factory.config.json');
  const [, image = ''] = /esp32-factory (image .*)\n/.exec(output) ?? [];
  await command(...image.split(' '));
  expect(existsSync(join(folder, 'factory-output/light/default/factory_partition.bin'))).toBe(true);
});

it('a clone makes the credentials that it does not have', async () => {
  rmSync(join(folder, 'light/credentials'), { recursive: true });
  const image = command('image', 'light/factory.config.json');
  await expect(image).rejects.toThrow('esp32-factory init light --credentials');
  await command('init', 'light', '--credentials');
  await command('image', 'light/factory.config.json');
});

it('nothing else was there', () => {
  const modules = readdirSync(join(folder, 'node_modules')).filter((name) => name !== '.cache');
  expect(modules).toEqual(['nx-esp32-factory']);
});
