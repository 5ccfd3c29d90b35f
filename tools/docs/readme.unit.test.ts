/** The README's commands of esp32-factory, run one after another in a folder that has the files that they name. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodePrivateKey, parseCertificate, parsePrivateKey } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { FakeTerminal, LightApp } from '../../packages/nx-esp32-factory/test/light-app';

const ROOT = resolve(__dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const commands = README.replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.startsWith('$ esp32-factory '))
  .map((line) => line.slice('$ esp32-factory '.length).split(/\s+/));

const home = process.cwd();
const { PASSCODE } = process.env;
let folder: string;
beforeAll(() => {
  process.env.PASSCODE = '20202021';
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  for (const name of ['CMakeLists.txt', 'main'])
    cpSync(join(ROOT, 'examples/light-app', name), join(folder, 'my-light', name), { recursive: true });
  const credentials = (name: string) => readFileSync(join(ROOT, 'examples/light-app/credentials', name));
  writeFileSync(join(folder, 'dac.der'), parseCertificate(credentials('dac.pem')).der);
  writeFileSync(
    join(folder, 'dac-key.der'),
    encodePrivateKey(parsePrivateKey(credentials('dac-key.pem')), 'sec1'),
  );
  writeFileSync(join(folder, 'pai.der'), parseCertificate(credentials('pai.pem')).der);
  writeFileSync(join(folder, 'cd.der'), credentials('cd.der'));
  writeFileSync(join(folder, 'data.csv'), 'key,type,encoding,value\napp,namespace,,\ncount,data,u8,7\n');
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
  if (PASSCODE === undefined) delete process.env.PASSCODE;
  else process.env.PASSCODE = PASSCODE;
});

it('has commands to run', () => expect(commands.length).toBeGreaterThan(4));

it.each(commands.map((args) => [args.join(' '), args] as const))('esp32-factory %s', async (_, args) => {
  const terminal = new FakeTerminal();
  const status = await run(args, terminal);
  expect({ status, stderr: status === 0 ? '' : terminal.stderr }).toEqual({ status: 0, stderr: '' });
});

it('shows a config that makes an image', async () => {
  const [, config = ''] = /```json\n(.*?)```/s.exec(README) ?? [];
  const app = new LightApp();
  writeFileSync(app.config, config);
  const terminal = new FakeTerminal();
  const status = await run(['image', app.config, '--output_dir', app.path('out')], terminal);
  app.remove();
  expect([status, terminal.stdout]).toEqual([0, expect.stringContaining('factory_partition.bin')]);
});
