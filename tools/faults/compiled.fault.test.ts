/** What was compiled of the command: killed or refused at each call that keeps it, and kept by several at once. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { Installation } from './installation';
import { deviceConfig } from './subjects';

jest.setTimeout(600_000);

let installation: Installation;
let app: LightApp;
let kept: string;

beforeAll(() => {
  installation = new Installation();
  app = deviceConfig(11223344);
  kept = join(installation.folder, 'node_modules/.cache/nx-esp32-factory/compiled');
});
afterAll(() => {
  installation.remove();
  app.remove();
});

const run = (env: Readonly<Record<string, string>> = {}) =>
  installation.run(['image', app.config, '--output_dir', app.path('out')], { env });

/** The one file that is left after a whole run, and that a further run has nothing to add to. */
async function expectKept(): Promise<void> {
  expect((await run()).status).toBe(0);
  const [name = '', ...others] = readdirSync(kept);
  expect([name, others]).toEqual([expect.stringMatching(/^image-[0-9a-f]+$/), []]);
  const data = readFileSync(join(kept, name));
  expect((await run()).status).toBe(0);
  expect(readFileSync(join(kept, name)).equals(data)).toBe(true);
}

async function callsOf(): Promise<readonly string[]> {
  const log = app.path('calls.txt');
  await run({ FAULT_ROOT: kept, FAULT_LOG: log });
  const calls = readFileSync(log, 'utf8').trim().split('\n');
  rmSync(log);
  rmSync(kept, { recursive: true });
  return calls.map((line) => line.split(' ')[1] ?? '');
}

test('killed or refused at each call, the command has done its work, and the next run keeps it whole', async () => {
  const calls = await callsOf();
  expect(calls).toEqual(['mkdirSync', 'writeFileSync', 'openSync', 'closeSync', 'renameSync']);
  const { stderr: usual } = await run({ NODE_DISABLE_COMPILE_CACHE: '1' });
  for (const index of calls.keys()) {
    for (const action of ['ENOSPC', 'EACCES', 'kill']) {
      const env = { FAULT_ROOT: kept, FAULT_AT: String(index + 1), FAULT_ACTION: action };
      const { status, signal, stdout, stderr } = await run(env);
      expect([status, signal, stderr]).toEqual([
        ...(action === 'kill' ? [null, 'SIGKILL'] : [0, null]),
        usual,
      ]);
      expect(stdout).toContain('factory_partition.bin');
      await expectKept();
      rmSync(kept, { recursive: true });
    }
  }
});

test('several at once leave a whole file', async () => {
  for (let round = 0; round < 5; round++) {
    const ended = await Promise.all(Array.from({ length: 4 }, () => run()));
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    await expectKept();
    rmSync(kept, { recursive: true });
  }
});
