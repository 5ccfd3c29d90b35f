/** A dry run, and what reads a project before a run, start no program that the project or the environment names. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from '../../src/cli/main';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { createNodesV2 } from '../../src/plugin';
import { writeBuild } from '../board/fake-build';
import { init, LIGHT, workspace } from '../generators/init/fixtures';
import { FakeTerminal } from '../light-app';
import { SecureApp } from '../secure-app';

const NAMES = ['esptool', 'esptool.py', 'espefuse', 'espefuse.py', 'python', 'python3', 'idf.py', 'ps', 'sh'];
const OUTPUT = { outputPath: 'made' };

const home = process.cwd();
const environment = { ...process.env };
let app: SecureApp;
let log: string;
let shim: string;
let output: string;

beforeEach(async () => {
  app = new SecureApp();
  process.chdir(app.folder);
  output = '';
  for (const name of ['log', 'error'] as const)
    jest.spyOn(console, name).mockImplementation((...texts: unknown[]) => {
      output += `${texts.join(' ')}\n`;
    });
  app.deriveKeys(4);
  expect(await factoryImage(OUTPUT, app.context())).toEqual({ success: true });

  log = app.path('started.txt');
  for (const folder of ['shims', 'idf/bin', 'idf-path/components/esptool_py/esptool'])
    mkdirSync(app.path(folder), { recursive: true });
  const script = `#!/bin/sh\necho "$0 $*" >> '${log}'\n`;
  for (const name of NAMES) writeFileSync(app.path('shims', name), script, { mode: 0o755 });
  for (const name of ['idf/bin/python', 'idf-path/components/esptool_py/esptool/esptool.py'])
    writeFileSync(app.path(name), script, { mode: 0o755 });
  shim = app.path('shims/esptool');
  Object.assign(process.env, {
    PATH: app.path('shims'),
    IDF_PATH: app.path('idf-path'),
    IDF_PYTHON_ENV_PATH: app.path('idf'),
    PYTHON: app.path('shims/python'),
  });
  app.sdkconfig(
    `CONFIG_SDK_PYTHON="${app.path('shims/python')}"`,
    `CONFIG_PYTHON="${app.path('shims/python')}"`,
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const name of ['PATH', 'IDF_PATH', 'IDF_PYTHON_ENV_PATH', 'PYTHON']) {
    delete process.env[name];
    if (environment[name] !== undefined) process.env[name] = environment[name];
  }
  process.chdir(home);
  app.remove();
});

const started = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');

/** The config with a signer for its DAC, which is a shim. */
function withSigner(): void {
  app.set('attestation', {
    dac: { issue: {} },
    pai: { certificate: { file: 'credentials/pai.pem' }, signer: [shim, '--pin', '1234'] },
  });
}

it.each<[string, object]>([
  ['factory-flash', {}],
  ['factory-flash with the esptool of the project', { esptool: 'shims/esptool' }],
  ['factory-flash with a script of the project', { esptool: 'shims/esptool.py' }],
  ['factory-flash that burns', { burnEfuse: true }],
  ['factory-flash that burns, confirmed', { burnEfuse: true, confirm: '60:55:f9:f7:2c:a2' }],
  ['factory-flash that verifies', { verify: true }],
  ['factory-flash with the firmware', { withFirmware: true }],
])('a dry run of %s', async (_name, options) => {
  writeBuild(app);
  const dry = { ...OUTPUT, ...options, dryRun: true, port: 'COM3' };
  expect([await factoryFlash(dry, app.context()), output.includes('✖') ? output : '']).toEqual([
    { success: true },
    '',
  ]);
  expect(output).toContain('write-flash');
  expect(started()).toBe('');
});

it('a dry run of esp32-factory flash', async () => {
  const terminal = new FakeTerminal();
  const argv = ['flash', '.', '--output_dir', 'made', '--dry-run', '--burn-efuse', '--esptool', shim];
  expect([await run(argv, terminal), terminal.stderr]).toEqual([0, '']);
  expect(started()).toBe('');
});

it('a real run does start them', async () => {
  await factoryFlash({ ...OUTPUT, port: 'COM3', esptool: shim }, app.context());
  expect(started()).toContain(`${shim} version`);
  rmSync(log);
  withSigner();
  await factoryImage(OUTPUT, app.context());
  expect(started()).toContain(`${shim} --pin 1234`);
});

it('the project graph and the cache key', async () => {
  withSigner();
  const context = { workspaceRoot: app.folder, nxJsonConfiguration: {} };
  const nodes = await createNodesV2[1](['factory.config.json'], undefined, context);
  expect(nodes).toHaveLength(1);
  const terminal = new FakeTerminal();
  expect(await run(['cache-digest', 'factory.config.json', 'made'], terminal)).toBe(0);
  expect(started()).toBe('');
});

it('the init generator, which a dry run executes in memory', async () => {
  const python = `CONFIG_SDK_PYTHON="${app.path('shims/python')}"`;
  const defaults = `${LIGHT['sdkconfig.defaults']}${python}\n`;
  const tree = workspace({ 'apps/light': { ...LIGHT, 'sdkconfig.defaults': defaults } });
  await init(tree, { project: 'light' });
  await init(tree, { project: 'light', fix: true });
  expect(started()).toBe('');
});
