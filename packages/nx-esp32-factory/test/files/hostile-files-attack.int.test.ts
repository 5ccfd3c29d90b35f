import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { HostileResult, HostileWorkspace } from './hostile-files-runner';

const REPOSITORY = resolve(__dirname, '../../../..');
const EXAMPLE = join(REPOSITORY, 'examples/light-app');
/** One case takes less than 2 s; this is for a machine that is busy with others. */
const HANGS = 20_000;
const GIB = 2 ** 30;

let work: string;
let crowd: string;
let server: Server;
let runner: ChildProcess;
let answers: AsyncIterator<string>;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'hostile-'));
  chmodSync(work, 0o755);
  crowd = join(work, 'crowd');
  mkdirSync(crowd);
  for (let index = 0; index < 100_000; index++) writeFileSync(join(crowd, `${index}.pem`), '');
  server = createServer().listen(join(work, 'socket'));
  startRunner();
});

afterAll(() => {
  runner.kill('SIGKILL');
  server.close();
  rmSync(work, { recursive: true, force: true });
});

function startRunner(): void {
  const args = ['-C', '@nx-esp32-factory/source', '-r', '@swc-node/register'];
  runner = spawn(process.execPath, [...args, join(__dirname, 'hostile-files-runner.ts')], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, TS_NODE_PROJECT: join(REPOSITORY, 'tsconfig.base.json') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  answers = createInterface({ input: runner.stdout as NonNullable<typeof runner.stdout> })[
    Symbol.asyncIterator
  ]();
}

/** The answer of the runner; it is killed if it hangs, since nothing else ends a system call. */
async function ask(workspace: HostileWorkspace): Promise<HostileResult> {
  runner.stdin?.write(`${JSON.stringify(workspace)}\n`);
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      runner.kill('SIGKILL');
      startRunner();
      reject(new Error('it hangs'));
    }, HANGS);
  });
  try {
    const { value } = await Promise.race([answers.next(), hangs]);
    const result = JSON.parse(value ?? '{}') as HostileResult & { thrown?: string };
    if (result.thrown !== undefined) throw new Error(result.thrown);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

type Plant = (path: string) => void;

/** Kinds of bad files, and the code for each. */
const KINDS: Readonly<Record<string, readonly [code: string, plant: Plant]>> = {
  'a link to itself': ['files.failed', (path) => symlinkSync(path, path)],
  'a link to a name that is too long': ['files.failed', (path) => symlinkSync('x'.repeat(300), path)],
  'a directory': ['files.is-directory', (path) => mkdirSync(path)],
  'a pipe': ['files.not-regular', (path) => execFileSync('mkfifo', [path])],
  'a socket': ['files.not-regular', (path) => symlinkSync(join(work, 'socket'), path)],
  '/dev/zero': ['files.not-regular', (path) => symlinkSync('/dev/zero', path)],
  '/dev/random': ['files.not-regular', (path) => symlinkSync('/dev/random', path)],
  '/dev/stdin': ['files.not-regular', (path) => symlinkSync('/dev/stdin', path)],
  'the memory of the process': ['files.not-regular', (path) => symlinkSync('/proc/self/mem', path)],
  'the log of the kernel': ['files.not-regular', (path) => symlinkSync('/proc/kmsg', path)],
  'the environment': ['files.not-regular', (path) => symlinkSync('/proc/self/environ', path)],
  'a file of 10 GiB': [
    'files.too-large',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 10 * GIB);
    },
  ],
  'an unreadable file': ['files.not-permitted', (path) => writeFileSync(path, 'x', { mode: 0 })],
};

type Config = Record<string, unknown>;

/** Places of files, and how the config refers to each. */
const PLACES: Readonly<Record<string, readonly [file: string, refer?: (config: Config) => void]>> = {
  'the config': ['factory.config.json'],
  extends: ['base.json', (config) => Object.assign(config, { extends: './base.json' })],
  'a certificate': ['credentials/dac.pem'],
  'a key': ['credentials/dac-key.pem'],
  'a value': [
    'serial',
    (config) => Object.assign(config.deviceInstanceInfo as object, { serialNumber: { file: 'serial' } }),
  ],
  'an entry': [
    'blob',
    (config) => {
      const value = { file: 'blob' };
      Object.assign(config, { nvs: { extra: [{ namespace: 'n', key: 'k', type: 'blob', value }] } });
    },
  ],
  sdkconfig: ['sdkconfig'],
  'sdkconfig.defaults': ['sdkconfig.defaults'],
  'the partition table': ['partitions.csv'],
  CMakeLists: ['CMakeLists.txt'],
  'main/CMakeLists.txt': ['main/CMakeLists.txt'],
};

let count = 0;

/** A workspace with a good app and a bad one. */
function workspaceWith(
  file: string,
  plant: Plant,
  refer: (config: Config) => void = () => undefined,
): string {
  const root = join(work, `workspace-${count++}`);
  for (const name of ['good', 'bad']) cpSync(EXAMPLE, join(root, 'apps', name), { recursive: true });
  const bad = join(root, 'apps/bad');
  const config = JSON.parse(readFileSync(join(bad, 'factory.config.json'), 'utf8')) as Config;
  refer(config);
  writeFileSync(join(bad, 'factory.config.json'), JSON.stringify(config));
  const path = join(bad, file);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  plant(path);
  return root;
}

/** Both projects with all targets, a digest, and what the run of the bad one prints. */
async function outcomeOf(root: string, asNobody = false): Promise<HostileResult> {
  const result = await ask({ root, asNobody });
  const targets = ['factory-image', 'factory-flash', 'factory-verify', 'factory-inspect'];
  expect(result.projects).toEqual({ 'apps/good': targets, 'apps/bad': targets });
  expect(result.digest).toMatch(/^[0-9a-f]{64}$/);
  return result;
}

const CASES = Object.keys(PLACES).flatMap((place) =>
  Object.keys(KINDS).map((kind) => [place, kind] as const),
);

test.each(CASES)(
  '%s as %s',
  async (place, kind) => {
    const [file, refer] = PLACES[place] as (typeof PLACES)[string];
    const [code, plant] = KINDS[kind] as (typeof KINDS)[string];
    const result = await outcomeOf(workspaceWith(file, plant, refer), kind === 'an unreadable file');
    expect(result.printed).toMatch(new RegExp(`✖ ${code}: .*\\n(.*\\n)*.*= help: `));
    expect(result.success).toBe(false);
  },
  2 * HANGS,
);

test.each(Object.keys(KINDS))(
  'project.json as %s, which Nx reports itself',
  async (kind) => {
    const [, plant] = KINDS[kind] as (typeof KINDS)[string];
    await outcomeOf(workspaceWith('project.json', plant), kind === 'an unreadable file');
  },
  2 * HANGS,
);

describe('a folder', () => {
  const trust = 'credentials/paa-trust-store';
  const FOLDERS = Object.entries(KINDS).filter(
    ([kind]) => !['a directory', 'an unreadable file'].includes(kind),
  );

  test.each(FOLDERS)(
    'of trusted certificates as %s',
    async (_, [, plant]) => {
      const result = await outcomeOf(workspaceWith(trust, plant));
      expect(result.printed).toMatch(/✖ files\.(not-a-directory|failed|missing): /);
    },
    2 * HANGS,
  );

  const keys = (config: Config) =>
    Object.assign(config, { encryption: { scheme: 'flash', key: { folder: 'keys' } } });
  /** Without the firmware, which is not encrypted. */
  const workspaceWithKeys = (plant: Plant) => {
    const root = workspaceWith('keys', plant, keys);
    rmSync(join(root, 'apps/bad/CMakeLists.txt'));
    return root;
  };

  test.each(FOLDERS)(
    'of keys as %s',
    async (_, [, plant]) => {
      const result = await outcomeOf(workspaceWithKeys(plant));
      expect(result.printed).toMatch(/✖ files\./);
    },
    2 * HANGS,
  );

  test(
    'of 100,000 trusted certificates',
    async () => {
      const result = await outcomeOf(workspaceWith(trust, (path) => symlinkSync(crowd, path)));
      expect(result.printed).toContain('✖ files.too-many: ');
    },
    2 * HANGS,
  );

  test(
    'of 100,000 keys',
    async () => {
      await outcomeOf(workspaceWithKeys((path) => symlinkSync(crowd, path)));
    },
    2 * HANGS,
  );

  test(
    'of trusted certificates with pipes in it',
    async () => {
      const plant = (path: string) => {
        mkdirSync(path);
        execFileSync('mkfifo', [join(path, 'a.pem')]);
      };
      await outcomeOf(workspaceWith(trust, plant));
    },
    2 * HANGS,
  );

  test(
    'of keys with pipes and devices in it',
    async () => {
      const plant = (path: string) => {
        mkdirSync(path);
        execFileSync('mkfifo', [join(path, 'EXL-0000-0001.bin')]);
        symlinkSync('/dev/zero', join(path, 'other.bin'));
      };
      const result = await outcomeOf(workspaceWithKeys(plant));
      expect(result.printed).toContain('✖ files.not-regular: ');
    },
    2 * HANGS,
  );
});
