import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { assertUnchanged, isTask, nxStart, printedDigests, recordDigest, recordFile } from '../../src/cache';
import { run } from '../../src/cli/main';
import { FakeTerminal, LightApp } from '../light-app';

const [ONE, TWO] = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string];
let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'printed-'));
  file = recordFile(join(root, 'apps/light/factory.config.json'), root);
});
afterEach(() => rmSync(root, { recursive: true }));

it('has one file per config, for the owner only', () => {
  expect(recordFile(join(root, 'apps/light/factory.test.config.json'), root)).not.toBe(file);
  const umask = process.umask(0);
  recordDigest(file, { at: 5, digest: ONE });
  process.umask(umask);
  recordDigest(file, { at: 6, digest: TWO });
  expect(printedDigests(file)).toEqual([
    { at: 5, digest: ONE },
    { at: 6, digest: TWO },
  ]);
  expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
});

it('does not grow without end', () => {
  for (let at = 0; at < 1000; at++) recordDigest(file, { at, digest: ONE });
  expect(statSync(file).size).toBeLessThan(40_000);
  expect(printedDigests(file).at(-1)).toEqual({ at: 999, digest: ONE });
  expect(printedDigests(file).length).toBeGreaterThanOrEqual(100);
});

it('loses nothing of concurrent writers', () => {
  const script = `
    const { closeSync, openSync, writeSync, mkdirSync } = require('node:fs');
    const fd = openSync(process.argv[1], 'a');
    for (let at = 0; at < 100; at++) writeSync(fd, \`\\n\${at} ${ONE}\\n\`);`;
  recordDigest(file, { at: 0, digest: TWO });
  const shell = `for n in 1 2 3; do "${process.execPath}" -e '${script.replaceAll("'", '"')}' "${file}" & done; wait`;
  execFileSync('sh', ['-c', shell]);
  expect(printedDigests(file)).toHaveLength(301);
});

it.each([
  ['nothing', () => undefined],
  [
    'other text',
    () => writeFileSync(file, `x\n-5 ${ONE}\n5 ${ONE}0\n5 abc\n\0\n99999999999999999999 ${ONE}\n`),
  ],
  ['half a line', () => writeFileSync(file, `5 ${ONE.slice(1)}`)],
  [
    'a link',
    () => {
      writeFileSync(join(root, 'other'), `5 ${ONE}\n`);
      symlinkSync(join(root, 'other'), file);
    },
  ],
  ['a dangling link', () => symlinkSync(join(root, 'other'), file)],
  ['a pipe', () => execFileSync('mkfifo', [file])],
  ['a folder', () => mkdirSync(file)],
  ['a huge file', () => writeFileSync(file, `5 ${ONE}\n`.repeat(20_000))],
])('has no digests where there is %s', (_, plant) => {
  mkdirSync(dirname(file), { recursive: true });
  plant();
  expect(printedDigests(file)).toEqual([]);
});

it.each([
  ['a link', () => symlinkSync(join(root, 'other'), file)],
  ['a pipe', () => execFileSync('mkfifo', [file])],
  ['a folder', () => mkdirSync(file)],
])('cannot be recorded where there is %s, which is left alone', (_, plant) => {
  mkdirSync(dirname(file), { recursive: true });
  plant();
  expect(recordDigest(file, { at: 5, digest: ONE })).toBe(false);
  expect(readdirSync(root)).toEqual(['node_modules']);
});

it('goes on after half a line', () => {
  recordDigest(file, { at: 5, digest: ONE });
  appendFileSync(file, '6 123');
  recordDigest(file, { at: 7, digest: TWO });
  expect(printedDigests(file).map(({ at }) => at)).toEqual([5, 7]);
});

describe('the command', () => {
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
  const print = async () => {
    const terminal = new FakeTerminal();
    expect(await run(['cache-digest', 'factory.config.json', 'out'], terminal)).toBe(0);
    return terminal.stdout.trim();
  };

  it('records what it prints', async () => {
    const printed = await print();
    expect(printedDigests(recordFile('factory.config.json', '.')).map(({ digest }) => digest)).toEqual([
      printed,
    ]);
    expect(await print()).toBe(printed);
  });

  it('records the digest of the config where it prints another, because of old files', async () => {
    const digest = await print();
    mkdirSync('out');
    writeFileSync('out/hmac_key.bin', 'old');
    expect(await print()).not.toBe(digest);
    expect(printedDigests(recordFile('factory.config.json', '.')).map((one) => one.digest)).toEqual([
      digest,
      digest,
    ]);
  });

  it('never prints the same twice where it cannot record it', async () => {
    mkdirSync(recordFile('factory.config.json', '.'), { recursive: true });
    const first = await print();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await print()).not.toBe(first);
  });
});

describe('a run is rejected', () => {
  const code = (digest: string, since?: number) => {
    try {
      assertUnchanged({ config: 'factory.config.json', record: file, digest, since });
      return undefined;
    } catch (error) {
      if (error instanceof FactoryError) return error.code;
      throw error;
    }
  };
  const record = (...digests: readonly string[]) => {
    for (const [at, digest] of digests.entries()) recordDigest(file, { at, digest });
  };

  it.each([
    ['nothing was printed', [], ONE, 0, 'factory.inputs-unrecorded'],
    ['another was printed last', [ONE, TWO], ONE, undefined, 'factory.inputs-changed'],
    ['another was printed since Nx began', [TWO, ONE, TWO], TWO, 1, 'factory.inputs-changed'],
  ])('%s', (_, printed, digest, since, expected) => {
    record(...printed);
    expect(code(digest, since)).toBe(expected);
  });

  it.each([
    ['not if the same was printed', [ONE], ONE, 0],
    ['not for what was printed before', [TWO, ONE], ONE, 1],
    ['not if the same was printed by several', [TWO, ONE, ONE, ONE], ONE, 1],
    ['only for the last one, where the start of Nx is unknown', [ONE, TWO, ONE], ONE, undefined],
  ])('%s', (_, printed, digest, since) => {
    record(...printed);
    expect(code(digest, since)).toBeUndefined();
  });
});

it('knows its own task by the variables of Nx', () => {
  const env = { NX_TASK_TARGET_PROJECT: 'light', NX_TASK_TARGET_TARGET: 'image' };
  expect(isTask({ projectName: 'light', targetName: 'image' }, env)).toBe(true);
  expect(isTask({ projectName: 'light', targetName: 'other' }, env)).toBe(false);
  expect(isTask({ projectName: 'light', targetName: 'image' }, {})).toBe(false);
});

it('knows when a process began, and looks behind the fork of Nx', async () => {
  if (process.platform === 'win32') {
    expect(nxStart()).toBeUndefined();
    return;
  }
  const own = nxStart(process.pid) ?? 0;
  expect(Math.abs(own - (Date.now() - process.uptime() * 1000))).toBeLessThan(2000);
  // On a machine with many processes, a number that none has.
  expect(nxStart(2 ** 22 + 1)).toBeUndefined();
  const fork = join(root, 'tasks-runner', 'fork.js');
  mkdirSync(dirname(fork));
  writeFileSync(fork, 'setTimeout(() => {}, 10_000)');
  const script = `
    const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(fork)}], { stdio: 'ignore' });
    console.log(child.pid);
    process.stdin.on('data', () => { child.kill(); process.exit(); });`;
  const parent = spawn(process.execPath, ['-e', `setTimeout(() => {${script}}, 1500)`]);
  try {
    const [text] = await once(parent.stdout, 'data');
    const start = nxStart(Number(String(text)));
    expect(start).toBeDefined();
    expect(Math.abs((start ?? 0) - (nxStart(parent.pid) ?? 0))).toBeLessThan(100);
  } finally {
    parent.stdin.write('end');
  }
});

it('leaves no file of its own but the record', () => {
  recordDigest(file, { at: 1, digest: ONE });
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(`\n1 ${ONE}\n`);
});
