import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIGHT } from './fixtures';
import { createRealWorkspace, type RealWorkspace } from './real-workspace';

const APP = 'apps/light';
let workspace: RealWorkspace;

beforeAll(() => {
  const app = Object.entries(LIGHT).map(([name, text]) => [`${APP}/${name}`, text] as const);
  workspace = createRealWorkspace(Object.fromEntries(app));
}, 60_000);
afterAll(() => workspace.remove());

const generate = (...args: string[]) => workspace.nx('g', 'nx-esp32-factory:init', ...args);

/** All files of the workspace except the packages, each with its mode and a digest. */
function snapshot(): Record<string, string> {
  const files = ['package.json', 'nx.json', '.gitignore', ...listed(APP)];
  return Object.fromEntries(
    files.map((file) => {
      const path = join(workspace.root, file);
      const mode = (statSync(path).mode & 0o777).toString(8);
      return [file, `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`];
    }),
  );
}

function listed(folder: string): string[] {
  return readdirSync(join(workspace.root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(workspace.root.length + 1))
    .sort();
}

// In the order of a user's first steps: each test continues where the previous one ended.
describe('nx g nx-esp32-factory:init in a workspace', () => {
  it('with --dry-run prints the changes, and writes nothing', () => {
    const before = snapshot();
    const { status, output } = generate('light', '--dry-run');
    expect(output).toContain('+ CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y');
    expect(output).toContain(`CREATE ${APP}/factory.config.json`);
    expect(status).toBe(0);
    expect(snapshot()).toEqual(before);
  }, 60_000);

  it.each([
    ['an unknown project', ['lihgt'], 'init.project-unknown'],
    ['an unknown option', ['light', '--passcode', '20202021'], "'passcode'"],
  ])(
    'rejects %s without a stack or a change',
    (_, args, message) => {
      const before = snapshot();
      const { status, output } = generate(...args);
      expect(output).toContain(message);
      expect(output).not.toMatch(/^\s+at /m);
      expect(output).not.toContain('--verbose');
      expect(status).toBe(1);
      expect(snapshot()).toEqual(before);
    },
    60_000,
  );

  it('sets up the app, with private keys of mode 0600', () => {
    const { status, output } = generate('light', '--vendorId', '0xFFF1', '--productId=0x8001');
    expect(output).toContain('nx run light:factory-image');
    expect(status).toBe(0);
    const modes = listed(`${APP}/credentials`).map((file) => [
      file.slice(`${APP}/credentials/`.length),
      (statSync(join(workspace.root, file)).mode & 0o777).toString(8),
    ]);
    expect(modes.filter(([, mode]) => mode === '600').map(([name]) => name)).toEqual([
      'dac-key.pem',
      'paa-key.pem',
      'pai-key.pem',
    ]);
  }, 60_000);

  it('makes git ignore the images and nothing else: a clone needs the development keys', () => {
    if (spawnSync('git', ['--version']).status !== 0) throw new Error('this test needs git');
    const git = (...args: string[]) => spawnSync('git', args, { cwd: workspace.root, encoding: 'utf8' });
    git('init', '-q');
    const paths = [...listed(APP), `factory-output/${APP}/default/partition.bin`];
    const ignored = git('check-ignore', ...paths)
      .stdout.trim()
      .split('\n');
    expect(ignored).toEqual([`factory-output/${APP}/default/partition.bin`]);
  });

  it('changes nothing when it runs again, when the app is a project', () => {
    const before = snapshot();
    for (const args of [['light'], [APP, '--fix']]) {
      const { status, output } = generate(...args);
      expect(output).not.toMatch(/CREATE|UPDATE|DELETE/);
      expect(status).toBe(0);
      expect(snapshot()).toEqual(before);
    }
  }, 120_000);

  it('writes a config that the command can make an image from', () => {
    const bin = join(__dirname, '../../../bin/esp32-factory.js');
    const config = join(workspace.root, APP, 'factory.config.json');
    const made = join(workspace.root, 'made');
    const run = spawnSync(process.execPath, [bin, 'image', config, '--output_dir', made], {
      encoding: 'utf8',
    });
    expect(run.stderr).not.toContain('✖');
    expect(run.status).toBe(0);
    expect(existsSync(join(made, 'factory_partition.bin'))).toBe(true);
    expect(statSync(join(made, 'factory_partition.bin')).size).toBe(0x6000);
  }, 60_000);

  it('writes a config that refers to its schema', () => {
    const folder = join(workspace.root, APP);
    const { $schema } = JSON.parse(readFileSync(join(folder, 'factory.config.json'), 'utf8'));
    expect(existsSync(join(folder, $schema))).toBe(true);
  });

  it('refuses an app for whose sake Nx would give this one another name', () => {
    for (const [name, text] of Object.entries(LIGHT)) workspace.write(`more/light/${name}`, text);
    const before = snapshot();
    const { status, output } = generate('more/light');
    expect(output).toContain('init.project-name-taken');
    expect(output).toContain('{ "name": "more-light" } to more/light/project.json');
    expect(status).toBe(1);
    expect(snapshot()).toEqual(before);
    workspace.write('more/light/project.json', '{ "name": "more-light" }');
    expect(generate('more/light').output).toContain('nx run more-light:factory-image');
    expect(workspace.nx('show', 'projects').output).toMatch(/^light$/m);
  }, 120_000);

  it('makes the credentials that a clone does not have, as the error of the image says', () => {
    rmSync(join(workspace.root, APP, 'credentials'), { recursive: true });
    const image = workspace.nx('run', 'light:factory-image');
    const [, command = ''] = /npx nx (g nx-esp32-factory:init \S+ --credentials)/.exec(image.output) ?? [];
    expect([image.status, command]).toEqual([1, `g nx-esp32-factory:init ${APP} --credentials`]);
    const config = readFileSync(join(workspace.root, APP, 'factory.config.json'), 'utf8');
    expect(workspace.nx(...command.split(' ')).status).toBe(0);
    expect(readFileSync(join(workspace.root, APP, 'factory.config.json'), 'utf8')).toBe(config);
    expect(workspace.nx('run', 'light:factory-image').status).toBe(0);
  }, 120_000);

  it('shows which apps share a passcode, and not the passcode', () => {
    const passcodeIn = (folder: string) => {
      const text = readFileSync(join(workspace.root, folder, 'factory.config.json'), 'utf8');
      return { text, passcode: /"passcode": (\d+)/.exec(text)?.[1] ?? '' };
    };
    const { passcode } = passcodeIn(APP);
    const other = passcodeIn('more/light');
    workspace.write('more/light/factory.config.json', other.text.replace(other.passcode, passcode));
    const { output } = workspace.nx('show', 'project', 'more-light', '--json');
    expect(output).toContain('apps/light and more/light have the same inline passcode');
    expect(output).toContain('Warning: same inline passcode as apps/light');
    expect(output).not.toContain(passcode);
  }, 60_000);
});
