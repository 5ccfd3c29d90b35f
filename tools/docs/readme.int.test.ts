/** The README's commands of esp32-factory, run one after another in a folder that has the files that they name. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeSec1, parseCertificate, readPrivateKey } from 'nvs-core';
import { LightApp } from '../../packages/nx-esp32-factory/test/light-app';

const ROOT = resolve(__dirname, '../..');
const BIN = join(ROOT, 'packages/nx-esp32-factory/bin/esp32-factory.js');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const commands = README.replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.startsWith('$ esp32-factory '))
  .map((line) => line.slice('$ esp32-factory '.length).split(/\s+/));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  cpSync(join(ROOT, 'examples/light-app/credentials/cd-trust-store'), join(folder, 'cd-trust-store'), {
    recursive: true,
  });
  const credentials = (name: string) => readFileSync(join(ROOT, 'examples/light-app/credentials', name));
  writeFileSync(join(folder, 'dac.der'), parseCertificate(credentials('dac.pem')).der);
  writeFileSync(join(folder, 'dac-key.der'), encodeSec1(readPrivateKey(credentials('dac-key.pem'))));
  writeFileSync(join(folder, 'pai.der'), parseCertificate(credentials('pai.pem')).der);
  writeFileSync(join(folder, 'cd.der'), credentials('cd.der'));
  writeFileSync(join(folder, 'data.csv'), 'key,type,encoding,value\napp,namespace,,\ncount,data,u8,7\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has commands to run', () => expect(commands.length).toBeGreaterThan(4));

it.each(commands.map((args) => [args.join(' '), args] as const))(
  'esp32-factory %s',
  (_, args) => {
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PASSCODE: '20202021' },
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  },
  60_000,
);

it('shows a config that makes an image', () => {
  const [, config = ''] = /```json\n(.*?)```/s.exec(README) ?? [];
  const app = new LightApp();
  writeFileSync(app.config, config);
  const { status, stdout } = spawnSync(
    process.execPath,
    [BIN, 'image', app.config, '--output_dir', app.path('out')],
    { encoding: 'utf8' },
  );
  app.remove();
  expect([status, stdout]).toEqual([0, expect.stringContaining('factory_partition.bin')]);
}, 60_000);
