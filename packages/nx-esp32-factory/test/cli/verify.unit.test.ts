import { run } from '../../src/cli/main';
import { FakeTerminal, LightApp } from '../light-app';

let app: LightApp;
const home = process.cwd();
beforeEach(() => {
  app = new LightApp();
  process.chdir(app.folder);
});
afterEach(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: readonly string[]) {
  const terminal = new FakeTerminal();
  return { status: await run(argv, terminal), ...terminal };
}

describe('usage', () => {
  test.each([
    [['--level', '5'], 'cli.value-not-allowed'],
    [['--format', 'html'], 'cli.value-not-allowed'],
    [['--json', '--format', 'sarif'], 'cli.exclusive'],
    [['image.bin', '--port', 'COM3'], 'cli.exclusive'],
    [['--port', 'COM3'], 'cli.required'],
  ])('%j is refused', async (argv, code) => {
    const { status, stderr } = await command('verify', ...argv);
    expect([status, stderr]).toEqual([2, expect.stringContaining(code)]);
  });

  test('a passcode is no option', async () => {
    const { status, stderr } = await command('verify', 'image.bin', '--passcode-from', '34567890');
    expect(status).toBe(1);
    expect(stderr).toContain('verify.passcode-reference');
    expect(stderr).not.toContain('34567890');
  });
});

describe('what "image" made', () => {
  const CONFIG = ['--config', 'factory.config.json'];
  beforeEach(async () => {
    expect((await command('image', 'factory.config.json')).status).toBe(0);
  });

  test('is found in the folder where it puts it', async () => {
    const { status, stdout } = await command('verify', ...CONFIG, '--level', '1');
    expect(stdout).toMatch(
      /^✔ 1 structure and data +passed +\d+(\.\d)? m?s {3}45 keys, .*, config, firmware$/m,
    );
    expect(stdout).toMatch(/✔ bin\/factory_partition.bin: verified$/m);
    expect(status).toBe(0);
  });

  test('is verified without its config, by what lies beside it', async () => {
    const { status, stdout } = await command('verify', 'bin/factory_partition.bin', '--level', '1');
    expect(stdout).toMatch(/45 keys, credentials, verifier, codes, manifest$/m);
    expect(status).toBe(0);
  });

  test('is told in JSON', async () => {
    const { status, stdout, stderr } = await command('verify', ...CONFIG, '--level', '1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      image: 'bin/factory_partition.bin',
      passed: true,
      levels: [{ level: 1, outcome: 'passed', title: 'structure and data' }],
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  test.each([
    ['github', /^::error file=factory.config.json,line=\d+,col=\d+,title=verify.value-differs::/m],
    ['sarif', /"ruleId": "verify.value-differs"/],
    ['junit', /<failure type="verify.value-differs"/],
  ])('is annotated for %s', async (format, words) => {
    app.set('deviceInstanceInfo', { productName: 'Another Light' });
    const { status, stdout } = await command('verify', ...CONFIG, '--level', '1', '--format', format);
    expect(stdout).toMatch(words);
    expect(status).toBe(1);
  });

  test('what stops the reading is annotated too', async () => {
    const { status, stdout } = await command('verify', 'none.bin', '--format', 'github');
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^::error .*title=files.missing::/)]);
  });
});
