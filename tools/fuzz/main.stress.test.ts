/** Each decoder for two seconds. The runner ends what hangs or fills the memory, goes on with the next target, and keeps the input. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const fuzz = (args: readonly string[], timeout = 150_000) =>
  spawnSync(
    process.execPath,
    ['-C', '@nx-esp32-factory/source', '-r', '@swc-node/register', join(__dirname, 'main.ts'), ...args],
    {
      cwd: resolve(__dirname, '../..'),
      encoding: 'utf8',
      timeout,
      env: { ...process.env, FUZZ_HANG_MS: '3000', FUZZ_HEAP_MB: '96' },
    },
  );

const ONE_SECOND = ['--seed', '1', '--seconds', '1'];

test('no decoder fails', () => {
  const { status, stdout } = fuzz(['--seconds', '2'], 300_000);
  process.stderr.write(stdout);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('fuzz: nothing found') });
}, 300_000);

test('hang, memory, error: each is a finding with its input', () => {
  const { status, stdout } = fuzz([...ONE_SECOND, 'planted-hang', 'planted-memory', 'planted-error']);
  expect({ status, stdout }).toMatchObject({ status: 1 });
  expect(stdout).toContain('✖ planted-hang: hang: longer than 3000 ms');
  expect(stdout).toMatch(/✖ planted-memory: crash: .*(memory|heap)/i);
  expect(stdout).toContain('✖ planted-error: error: RangeError: planted');
  expect(stdout).toContain('fuzz: 3 findings');
  const inputs = [...stdout.matchAll(/bytes: (\S+)$/gm)].map(([, path = '']) => path);
  expect(inputs).toHaveLength(3);
  for (const path of inputs) {
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path)).not.toHaveLength(4);
  }
  const [, , last = ''] = inputs;
  const again = fuzz(['--input', last, 'planted-error']);
  expect(again.stdout).toContain('RangeError: planted');
  expect(again.status).toBe(1);
}, 180_000);

test('a target that there is not', () => {
  const { status, stderr } = fuzz(['nothing']);
  expect({ status, stderr: stderr.includes('there are nvs,') }).toEqual({ status: 1, stderr: true });
});
