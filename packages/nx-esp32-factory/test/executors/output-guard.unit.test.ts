/** What the targets refuse before they write anything or talk to a device. */
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import type { ExecutorContext } from '@nx/devkit';
import { digestCommand } from '../../src/cache';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import factoryInspect from '../../src/executors/factory-inspect/executor';
import factoryVerify from '../../src/executors/factory-verify/executor';
import * as flash from '../../src/flash';
import { CurrentApp } from '../current-app';
import { LightApp } from '../light-app';

jest.mock('../../src/flash', () => ({ ...jest.requireActual<object>('../../src/flash') }));

const OUTPUTS = 'factory-output/root/default';

const current = new CurrentApp(() => new LightApp());
let app: LightApp;
beforeEach(() => {
  app = current.app;
});

type Targets = Record<string, object>;

/** The context of a target; `others` are targets of the same project or of others by name of the project. */
function contextOf(
  targetName: string,
  target: object,
  others: Record<string, { root: string; targets: Targets }> = {},
): ExecutorContext {
  const own = { root: '.', targets: { [targetName]: target } };
  return {
    ...app.context(),
    targetName,
    projectsConfigurations: { version: 2, projects: { 'light-app': own, ...others } },
  };
}

const USES = {
  'factory-flash': factoryFlash,
  'factory-verify': factoryVerify,
  'factory-inspect': factoryInspect,
} as const;
const LIST = { tasksRunnerOptions: { default: { options: { cacheableOperations: Object.keys(USES) } } } };

describe.each(Object.entries(USES))('%s', (name, run) => {
  it.each<[string, object, ExecutorContext['nxJsonConfiguration']]>([
    ['"cache": true', { cache: true }, {}],
    ['cacheableOperations', {}, LIST],
  ])('is refused with %s, before it writes or connects', async (_, target, nxJsonConfiguration) => {
    await factoryImage({}, app.context());
    const before = readdirSync(app.folder, { recursive: true }).sort();
    const resolvePort = jest.spyOn(flash, 'resolvePort');
    const context = { ...contextOf(name, target), nxJsonConfiguration };
    expect(await run({ port: '/dev/null' } as object, context)).toEqual({ success: false });
    expect(current.printed).toContain(`✖ factory.use-cached: Nx caches light-app:${name}`);
    expect(resolvePort).not.toHaveBeenCalled();
    expect(readdirSync(app.folder, { recursive: true }).sort()).toEqual(before);
  });

  it('is not refused with "cache": false and a list of the runner', async () => {
    const context = { ...contextOf(name, { cache: false }), nxJsonConfiguration: LIST };
    await run({}, context);
    expect(current.printed).not.toContain('factory.use-cached');
  });
});

describe('factory-image', () => {
  const context = (others: Parameters<typeof contextOf>[2] = {}, target: object = {}) =>
    contextOf('factory-image', target, others);

  it('is refused where another target has Nx cache its outputs, and says what to write', async () => {
    const targets = { pack: { cache: true, outputs: ['{workspaceRoot}/factory-output'] } };
    const others = { tools: { root: 'tools', targets } };
    expect(await factoryImage({}, context(others))).toEqual({ success: false });
    expect(current.printed).toContain(
      '✖ factory.output-cached: Nx caches tools:pack with its output {workspaceRoot}/factory-output',
    );
    expect(current.printed).toContain(`clear of ${OUTPUTS}`);
    expect(existsSync('factory-output')).toBe(false);
  });

  it('is refused in the output folder of a cached build by default, and not in its own', async () => {
    const others = { tools: { root: 'tools', targets: { build: { cache: true } } } };
    mkdirSync('tools');
    expect(await factoryImage({ outputPath: 'dist/tools/x' }, context(others))).toEqual({ success: false });
    expect(current.printed).toContain('factory.output-cached');
    expect(await factoryImage({}, context(others))).toEqual({ success: true });
  });

  it('is refused where another target has Nx cache the folder for its keys', async () => {
    const targets = { pack: { cache: true, outputs: ['{workspaceRoot}/factory-keys/**'] } };
    const others = { tools: { root: 'tools', targets } };
    expect(await factoryImage({}, context(others))).toEqual({ success: false });
    expect(current.printed).toContain('clear of factory-keys');
  });

  it('is refused in the folder of another image', async () => {
    const image = {
      executor: 'nx-esp32-factory:factory-image',
      options: { outputPath: OUTPUTS },
      outputs: ['{options.outputPath}/partition.bin'],
    };
    const others = { root: { root: 'root', targets: { 'factory-image': image } } };
    expect(await factoryImage({}, context(others))).toEqual({ success: false });
    expect(current.printed).toContain('✖ factory.output-shared: root:factory-image');
    expect(existsSync('factory-output')).toBe(false);
  });

  it.each([
    ['../out', 'factory.output-outside'],
    ['node_modules/x', 'factory.output-reserved'],
    ['libs/a/out', 'factory.output-in-project'],
    ['credentials', 'factory.output-has-sources'],
  ])('is refused in %s, even of an earlier run: %s', async (outputPath, code) => {
    mkdirSync('libs/a', { recursive: true });
    const before = readdirSync(app.folder, { recursive: true }).sort();
    const others = { a: { root: 'libs/a', targets: {} } };
    expect(await factoryImage({ outputPath }, context(others))).toEqual({ success: false });
    expect(current.printed).toContain(`✖ ${code}:`);
    expect(readdirSync(app.folder, { recursive: true }).sort()).toEqual(before);
  });

  it.each(['li*', 'light[v2]', 'light(v2)', 'light{a,b}', 'what?'])(
    'is refused in %s if Nx caches it, and says which character; otherwise says why it is not',
    async (name) => {
      const outputPath = `factory-output/${name}`;
      const inputs = [{ runtime: digestCommand('factory.config.json', outputPath, app.folder) }];
      expect(await factoryImage({ outputPath }, context({}, { cache: true, inputs }))).toEqual({
        success: false,
      });
      expect(current.printed).toMatch(/✖ factory\.cached-glob: .* has "[*[({?]" in its name/);
      expect(existsSync('factory-output')).toBe(false);
      expect(await factoryImage({ outputPath }, context({}, { cache: false }))).toEqual({ success: true });
      expect(current.printed).toMatch(/Not cached +its output folder .* has "[*[({?]" in its name/);
    },
  );

  it('records the digest of its inputs if Nx caches it', async () => {
    const manifest = () => JSON.parse(app.read(`${OUTPUTS}/manifest.json`).toString()) as { inputs?: string };
    const inputs = [{ runtime: digestCommand('factory.config.json', OUTPUTS, app.folder) }];
    expect(await factoryImage({}, context({}, { cache: true, inputs }))).toEqual({ success: true });
    expect(manifest().inputs).toMatch(/^[0-9a-f]{64}$/);
    expect(await factoryImage({}, context())).toEqual({ success: true });
    expect(manifest().inputs).toBeUndefined();
  });

  it('removes what an earlier run wrote and this one does not, cached or not', async () => {
    await factoryImage({}, context());
    app.write(`${OUTPUTS}/nvs_partition.csv`, 'secrets');
    app.write(`${OUTPUTS}/notes.txt`, 'mine');
    await factoryImage({}, context());
    expect(existsSync(`${OUTPUTS}/nvs_partition.csv`)).toBe(false);
    expect(app.read(`${OUTPUTS}/notes.txt`).toString()).toBe('mine');
  });
});

describe('factory-inspect', () => {
  it('writes no page where another target has Nx cache it', async () => {
    await factoryImage({}, app.context());
    const targets = { pack: { cache: true, outputs: ['{workspaceRoot}/factory-output/**/*.html'] } };
    const context = contextOf('factory-inspect', {}, { tools: { root: 'tools', targets } });
    expect(await factoryInspect({}, context)).toEqual({ success: false });
    expect(current.printed).toContain('factory.output-cached');
    expect(existsSync(`${OUTPUTS}-inspect.html`)).toBe(false);
    expect(await factoryInspect({ html: false }, context)).toEqual({ success: true });
  });

  it('writes no page through a link', async () => {
    await factoryImage({}, app.context());
    renameSync('factory-output', 'elsewhere');
    symlinkSync('elsewhere', 'factory-output');
    expect(await factoryInspect({}, app.context())).toEqual({ success: false });
    expect(current.printed).toContain('✖ files.link:');
    expect(readdirSync('elsewhere/root')).toEqual(['default']);
  });

  it('writes no page into a project', async () => {
    mkdirSync('libs/a', { recursive: true });
    const context = contextOf('factory-inspect', {}, { a: { root: 'libs/a', targets: {} } });
    expect(await factoryInspect({ outputPath: 'libs/a/out' }, context)).toEqual({ success: false });
    expect(current.printed).toContain('factory.output-in-project');
  });
});
