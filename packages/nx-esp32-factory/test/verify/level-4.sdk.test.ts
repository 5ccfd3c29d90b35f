/** The controller of the Matter SDK commissions the images that the command makes, over UDP. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSdkNetwork } from '../../../../tools/testing/needs-sdk';
import { peerProgram } from '../../../../tools/testing/peer-program';
import { commissionWithSdk } from '../../src/verify/sdk/commission';
import { LIGHT } from '../generators/init/fixtures';
import { createRealWorkspace } from '../generators/init/real-workspace';
import { useOwnCdSigner } from '../own-cd-signer';
import { SecureApp } from '../secure-app';
import { MATTER_PEER, needMatter, REPOSITORY } from './matter-peer';

jest.setTimeout(300_000);

const COMMAND = join(REPOSITORY, 'packages/nx-esp32-factory/bin/esp32-factory.js');

interface Report {
  readonly passed: boolean;
  readonly levels: readonly {
    readonly level: number;
    readonly outcome: string;
    readonly checked: readonly string[];
    readonly findings: readonly { readonly code: string; readonly message: string }[];
  }[];
}

function run(cwd: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => {
    output.stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    output.stderr += text.toString();
  });
  return new Promise((resolve) => child.on('close', () => resolve(output)));
}

/** Levels 1 to 4 of the image of an app. */
async function verify(folder: string, output = 'made'): Promise<Report> {
  const { stdout, stderr } = await run(
    folder,
    ...['verify', '--config', 'factory.config.json', '--output_dir', output, '--level', '4', '--json'],
    ...['--sdk-python', peerProgram('sdk', 'python')],
  );
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    throw new Error(`no report: ${stdout}${stderr}`);
  }
}

const level4 = ({ levels }: Report) => levels.find(({ level }) => level === 4);

function expectCommissioned(report: Report, name: string): void {
  const result = level4(report);
  expect(result?.findings).toEqual([]);
  expect(result?.outcome).toBe('passed');
  // In the log of CI.
  process.stderr.write(`the Matter SDK has commissioned ${name}: ${result?.checked.join(', ')}\n`);
}

withSdkNetwork('level 4', () => {
  let app: SecureApp;
  beforeAll(needMatter);
  beforeEach(() => {
    app = new SecureApp();
    symlinkSync(join(MATTER_PEER, 'node_modules'), app.path('node_modules'));
  });
  afterEach(() => app.remove());

  const make = async (output = 'made') => {
    const { stderr } = await run(app.folder, 'image', 'factory.config.json', '--output_dir', output);
    expect(stderr).not.toContain('✖');
  };

  test('the device of the example is commissioned', async () => {
    await make();
    const report = await verify(app.folder);
    expectCommissioned(report, 'the device of the example');
    expect(level4(report)?.checked).toContain('12 attributes of Basic Information');
    expect(report.passed).toBe(true);
  });

  test('the device that init sets up is commissioned', async () => {
    const files = Object.entries(LIGHT).map(([name, text]) => [`apps/light/${name}`, text] as const);
    const workspace = createRealWorkspace(Object.fromEntries(files));
    try {
      symlinkSync(join(MATTER_PEER, 'node_modules/@matter'), join(workspace.root, 'node_modules/@matter'));
      for (const args of [
        ['g', 'nx-esp32-factory:init', 'light'],
        ['run', 'light:factory-image'],
      ]) {
        const { status, output } = workspace.nx(...args);
        expect([status, status === 0 ? '' : output]).toEqual([0, '']);
      }
      const python = peerProgram('sdk', 'python');
      const { output } = workspace.nx('run', 'light:factory-verify', '--level=4', `--sdkPython=${python}`);
      expect(output).toMatch(/✔ 4 commissioning by the SDK +passed .*, Matter SDK 2025\.7\.0/);
      process.stderr.write('the Matter SDK has commissioned the device that init sets up\n');
    } finally {
      workspace.remove();
    }
  });

  test('devices in esp_secure_cert and with encrypted data are commissioned, two at once', async () => {
    app.encryptFlash();
    app.useSecureCert(true);
    await make();
    const reports = await Promise.all([verify(app.folder), verify(app.folder)]);
    for (const report of reports) expectCommissioned(report, 'an encrypted device');
  });

  test('a declaration that is signed by a key of its own is refused with 601', async () => {
    await useOwnCdSigner(app);
    await make();
    expect(level4(await verify(app.folder))?.findings).toEqual([
      expect.objectContaining({
        code: 'verify.sdk-refused',
        message: expect.stringContaining('601, Could not find matching trusted verification certificate'),
        where: expect.objectContaining({ field: 'attestation.certificationDeclaration' }),
      }),
    ]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['passcode', { passcode: 34567891 }, 'verify.pase-failed'],
    ['discriminator', { discriminator: '0xF01' }, 'verify.device-not-found'],
  ])('codes with another %s do not commission the device', async (_, change, code) => {
    await make();
    app.set('commissioning', change);
    await make('other');
    app.write('made/onboarding.json', app.read('other/onboarding.json'));
    expect(level4(await verify(app.folder))?.findings.map((finding) => finding.code)).toEqual([code]);
  });

  test('nothing is left behind, and no packet has a way out', async () => {
    const state = () => ({
      folders: readdirSync(tmpdir()).filter((name) => name.startsWith('matter-sdk-')),
      links: spawnSync('ip', ['-o', 'link'], { encoding: 'utf8' }).stdout,
      namespaces: spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout,
      data: existsSync('/data'),
      settings: existsSync('/tmp/chip_kvs'),
    });
    const before = state();
    await make();
    expectCommissioned(await verify(app.folder), 'the device of the example');
    expect(state()).toEqual(before);
  });
});

withSdkNetwork('an SDK that misbehaves', () => {
  let app: SecureApp;
  beforeEach(() => {
    app = new SecureApp();
  });
  afterEach(() => app.remove());

  /** A Python with another package chip, and a device that only says that it is ready. */
  function commission(chip: string, device = 'console.log("ready"); setInterval(() => {}, 1000)') {
    mkdirSync(app.path('chip'));
    writeFileSync(app.path('chip/__init__.py'), chip);
    const python = app.path('python');
    writeFileSync(python, `#!/bin/sh\nPYTHONPATH=${app.folder} exec python3 "$@"\n`, { mode: 0o700 });
    return commissionWithSdk(python, {
      device: [process.execPath, '-e', device],
      deviceData: '',
      reads: [app.folder],
      code: 'MT:-24J0AFN00KA0648G00',
      paas: [],
      attributes: [],
      seconds: 5,
    });
  }

  test('by a crash, is reported', async () => {
    const answer = await commission('import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)');
    expect(answer).toEqual({ step: 'crash', signal: 'SIGSEGV' });
  });

  test('by never ending, is stopped at the time limit', async () => {
    expect(await commission('import time\ntime.sleep(1000)')).toEqual({ step: 'time' });
  });

  test('by an error of Python, is reported', async () => {
    const answer = await commission('raise OSError("libnl-3.so.200: cannot open shared object file")');
    const reason = 'OSError: libnl-3.so.200: cannot open shared object file';
    expect(answer).toEqual({ step: 'sdk', reason });
  });

  test('is not reached by a device that cannot start, with the reason of that', async () => {
    const answer = await commission('import time\ntime.sleep(1000)', 'console.log("no such thing")');
    expect(answer).toEqual({ step: 'device', reason: 'no such thing' });
  });

  test('is not even started by a Python that cannot be', async () => {
    const request = {
      ...{ device: [], deviceData: '', reads: [], code: '', paas: [], attributes: [], seconds: 5 },
    };
    expect(await commissionWithSdk(app.path('missing'), request)).toEqual({
      step: 'network',
      reason: expect.stringContaining('missing'),
    });
  });
});
