/**
 * Inputs that change between the time when Nx hashes them and the time when the run reads them: the run must fail, or
 * Nx would keep its image under the hash of other inputs.
 */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chosenInstallations, nameOf } from './installations';
import { APP, IMAGE, LightAppWorkspace } from './light-app';
import { whyMissing } from './template';

/** Loaded into every process; acts in that of the task, before the executor does. */
const HOOK = `
const { execFileSync } = require('node:child_process');
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { RACE, NX_TASK_TARGET_TARGET: target } = process.env;
if (RACE && target === 'factory-image' && process.argv[1]?.includes('run-executor') && !existsSync('raced')) {
  writeFileSync('raced', '');
  appendFileSync('${APP}/sdkconfig.defaults', '# raced\\n');
  if (RACE === 'other run') {
    const env = { ...process.env, NODE_OPTIONS: '' };
    execFileSync('node', ['node_modules/nx-esp32-factory/bin/esp32-factory.js', 'cache-digest', '${APP}/factory.config.json', '${dirname(IMAGE)}'], { env });
  }
  if (RACE === 'no record') require('node:fs').rmSync('node_modules/.cache', { recursive: true });
}
`;

const RACES: readonly (readonly [string, string | undefined])[] = [
  ['edit', 'factory.inputs-changed'],
  ['other run', 'factory.inputs-changed'],
  ['no record', 'factory.inputs-unrecorded'],
];

const CASES = chosenInstallations()
  .filter(({ manager }) => manager === 'npm')
  .flatMap((installation) =>
    [false, true].map((daemon) => ({ name: nameOf(installation), installation, daemon })),
  );

describe.each(CASES)('$name, daemon $daemon', ({ installation, daemon }) => {
  const missing = whyMissing(installation);
  if (missing !== undefined) {
    it.skip(`is not installed: ${missing}`, () => undefined);
    return;
  }
  let app: LightAppWorkspace;
  beforeAll(async () => {
    app = new LightAppWorkspace(installation, { daemon });
    await app.prepare();
    app.write('hook.cjs', HOOK);
    await app.commit();
  });
  afterAll(() => app.dispose());

  it('runs without false alarms: one after the other, after an edit, with nx show, two at once', async () => {
    expect((await app.make()).how).toBe('made');
    expect((await app.make()).how).toBe('restored');
    app.append(`${APP}/sdkconfig.defaults`, '# edited\n');
    expect((await app.make()).how).toBe('made');
    app.append(`${APP}/sdkconfig.defaults`, '# again\n');
    await app.nxOk(['show', 'project', 'light-app', '--json'], { env: app.env });
    expect((await app.make()).how).toBe('made');
    app.append(`${APP}/sdkconfig.defaults`, '# twice\n');
    const both = await Promise.all(
      [1, 2].map(() => app.nx(['run', 'light-app:factory-image'], { env: app.env })),
    );
    expect(both.map(({ status, output }) => [status, status === 0 ? '' : output])).toEqual([
      [0, ''],
      [0, ''],
    ]);
  });

  it('runs after a dependency that writes an input', async () => {
    app.write(
      `${APP}/project.json`,
      JSON.stringify({
        name: 'light-app',
        targets: {
          prepare: {
            command: `node -e "require('fs').appendFileSync('${APP}/sdkconfig.defaults', '# prepared\\n')"`,
          },
          'factory-image': { dependsOn: ['prepare'] },
        },
      }),
    );
    expect((await app.make()).how).toBe('made');
    expect((await app.make()).how).toBe('made');
    app.write(`${APP}/project.json`, JSON.stringify({ name: 'light-app' }));
  });

  const hashesWithoutEnv = Number.parseInt(installation.nx, 10) < 22;
  (hashesWithoutEnv ? it : it.skip)('fails for a variable of the app that Nx does not hash', async () => {
    app.write(`${APP}/.env`, 'LIGHT_SHADE=of-the-app\n');
    app.write('.env', '');
    const { how, run } = await app.make();
    expect([how, run.output]).toEqual(['failed', expect.stringContaining('✖ factory.inputs-changed:')]);
    rmSync(app.path(APP, '.env'));
    app.write('.env', 'LIGHT_SHADE=shade-0\n');
    expect((await app.make()).how).toMatch(/made|restored/);
  });

  it.each(RACES)('fails: %s', async (RACE, code) => {
    app.append(`${APP}/sdkconfig.defaults`, `# before ${RACE}\n`);
    const env = { RACE, NODE_OPTIONS: `--require ${join(app.root, 'hook.cjs')}` };
    const { how, run } = await app.make([], { env });
    expect([how, run.output]).toEqual(['failed', expect.stringContaining(`✖ ${code}:`)]);
    expect(existsSync(app.path('raced'))).toBe(true);
    const again = await app.make();
    expect(again.how).toBe('made');
    rmSync(app.path('raced'));
  });
});
