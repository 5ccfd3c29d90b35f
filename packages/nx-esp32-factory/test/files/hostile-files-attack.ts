/** Bad files in place of every file that an app has: a coded error, for that app only, within 2 s. */
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
const CONFIG = 'factory.config.json';
const EXAMPLE = join(REPOSITORY, 'examples/light-app');
/** Milliseconds that a case may take in a process that runs already. */
const LIMIT = 2_000;
/** Milliseconds after which a process is killed. */
const HANGS = 20_000;
const GIB = 2 ** 30;

let work: string;
let server: Server;
let runner: ChildProcess;
let answers: AsyncIterator<string>;

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
  // Once more, if the machine was busy with others.
  const { milliseconds } = result.milliseconds < LIMIT ? result : await ask({ root, asNobody });
  expect(milliseconds).toBeLessThan(LIMIT);
  return result;
}

/** Paths that no file can have. */
const PATHS: Readonly<Record<string, string>> = {
  'a path with NUL': 'a\0b',
  'a name of 300 characters': 'x'.repeat(300),
  'a path of 10,000 characters': 'x/'.repeat(5_000),
};

/** Where an app names other files: in its config, or in one of its own files. */
const NAMES: Readonly<Record<string, readonly [file: string, content: (path: string) => string | object]>> = {
  extends: [CONFIG, (path) => ({ extends: `./${path}` })],
  'a certificate': [CONFIG, (path) => ({ attestation: { dac: { certificate: { file: path } } } })],
  'a folder of trusted certificates': [
    CONFIG,
    (path) => ({ attestation: { trust: { paa: { folder: path } } } }),
  ],
  'a folder of keys': [CONFIG, (path) => ({ encryption: { scheme: 'flash', key: { folder: path } } })],
  'a value': [CONFIG, (path) => ({ deviceInstanceInfo: { serialNumber: { file: path } } })],
  'the partition table': [
    'sdkconfig.defaults',
    (path) => `CONFIG_PARTITION_TABLE_CUSTOM=y\nCONFIG_PARTITION_TABLE_CUSTOM_FILENAME="${path}"\n`,
  ],
  'a list of defaults': ['CMakeLists.txt', (path) => `set(SDKCONFIG_DEFAULTS "${path}")\n`],
};

const [PLACE_NAMES, KIND_NAMES] = [Object.keys(PLACES), Object.keys(KINDS)];
const ALL = PLACE_NAMES.flatMap((place) => KIND_NAMES.map((kind) => [place, kind] as const));
/** Every place and every kind at least once. */
const SOME = Array.from({ length: Math.max(PLACE_NAMES.length, KIND_NAMES.length) }, (_, index) => {
  const turn = (names: readonly string[]) => names[index % names.length] ?? '';
  return [turn(PLACE_NAMES), turn(KIND_NAMES)] as const;
});

const TRUST = 'credentials/paa-trust-store';
/** What can be in place of a folder. */
const FOLDERS = KIND_NAMES.filter((kind) => !['a directory', 'an unreadable file'].includes(kind));

const kindOf = (kind: string) => KINDS[kind] as (typeof KINDS)[string];

/** Without the firmware, which is not encrypted. */
function workspaceWithKeys(plant: Plant): string {
  const root = workspaceWith('keys', plant, (config) =>
    Object.assign(config, { encryption: { scheme: 'flash', key: { folder: 'keys' } } }),
  );
  rmSync(join(root, 'apps/bad/CMakeLists.txt'));
  return root;
}

/** A config with other fields, as text. */
function merged(config: Config, fields: object): string {
  const merge = (base: unknown, change: unknown): unknown =>
    typeof base === 'object' && base !== null && typeof change === 'object' && change !== null
      ? Object.fromEntries([
          ...Object.entries(base),
          ...Object.entries(change).map(([key, value]) => [key, merge((base as Config)[key], value)]),
        ])
      : change;
  return JSON.stringify(merge(config, fields));
}

/** Defines the tests: for every place with every kind, or each of them once. */
export function attackWith(which: 'all' | 'some'): void {
  jest.setTimeout(3 * HANGS);
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'hostile-'));
    chmodSync(work, 0o755);
    server = createServer().listen(join(work, 'socket'));
    startRunner();
    // Its code is compiled then.
    await ask({ root: workspaceWith('sdkconfig', () => undefined), asNobody: false });
  });
  afterAll(() => {
    runner.kill('SIGKILL');
    server.close();
    rmSync(work, { recursive: true, force: true });
  });

  test.each(which === 'all' ? ALL : SOME)('%s as %s', async (place, kind) => {
    const [file, refer] = PLACES[place] as (typeof PLACES)[string];
    const [code, plant] = kindOf(kind);
    const result = await outcomeOf(workspaceWith(file, plant, refer), kind === 'an unreadable file');
    expect(result.printed).toMatch(new RegExp(`✖ ${code}: .*\\n(.*\\n)*.*= help: `));
    expect(result.success).toBe(false);
  });

  test.each(which === 'all' ? KIND_NAMES : ['a pipe'])(
    'project.json as %s, which Nx reports itself',
    async (kind) => {
      const [, plant] = kindOf(kind);
      await outcomeOf(workspaceWith('project.json', plant), kind === 'an unreadable file');
    },
  );

  describe.each(which === 'all' ? FOLDERS : ['a pipe', '/dev/zero'])('a folder as %s', (kind) => {
    const [, plant] = kindOf(kind);

    test('of trusted certificates', async () => {
      const result = await outcomeOf(workspaceWith(TRUST, plant));
      expect(result.printed).toMatch(/✖ files\.(not-a-directory|failed|missing): /);
    });

    test('of keys', async () => {
      const result = await outcomeOf(workspaceWithKeys(plant));
      expect(result.printed).toMatch(/✖ files\./);
    });
  });

  test('a folder that this user may not enter', async () => {
    const result = await outcomeOf(
      workspaceWith('credentials', (path) => mkdirSync(path, { mode: 0 })),
      true,
    );
    // Which of the two is told by access(2), which asks about root where root runs this.
    expect(result.printed).toMatch(/✖ files\.(folder-)?not-permitted: /);
  });

  test('a folder of trusted certificates with pipes in it', async () => {
    const plant = (path: string) => {
      mkdirSync(path);
      execFileSync('mkfifo', [join(path, 'a.pem')]);
    };
    await outcomeOf(workspaceWith(TRUST, plant));
  });

  test('a folder of keys with pipes and devices in it', async () => {
    const plant = (path: string) => {
      mkdirSync(path);
      execFileSync('mkfifo', [join(path, 'EXL-0000-0001.bin')]);
      symlinkSync('/dev/zero', join(path, 'other.bin'));
    };
    const result = await outcomeOf(workspaceWithKeys(plant));
    expect(result.printed).toContain('✖ files.not-regular: ');
  });

  const named = Object.keys(NAMES).flatMap((place) =>
    Object.keys(PATHS).map((what) => [place, what] as const),
  );

  test.each(which === 'all' ? named : named.slice(0, 4))('%s by %s', async (place, what) => {
    const [file, content] = NAMES[place] as (typeof NAMES)[string];
    const text = content(PATHS[what] ?? '');
    const root = workspaceWith('unused', () => undefined);
    const path = join(root, 'apps/bad', file);
    const before = readFileSync(path, 'utf8');
    // CMake takes what is set before project(), and Kconfig what comes last.
    const isFirst = file === 'CMakeLists.txt';
    const changed = typeof text === 'string' && (isFirst ? text + before : before + text);
    writeFileSync(path, changed || merged(JSON.parse(before), text as object));
    const result = await outcomeOf(root);
    expect([result.success, result.printed]).toEqual([
      false,
      expect.stringMatching(/✖ (config|files|firmware)\.[a-z-]+: /),
    ]);
  });

  if (which === 'all') {
    describe('a folder of 100,000', () => {
      let crowd: string;
      beforeAll(() => {
        crowd = join(work, 'crowd');
        mkdirSync(crowd);
        for (let index = 0; index < 100_000; index++) writeFileSync(join(crowd, `${index}.pem`), '');
      });

      test('trusted certificates', async () => {
        const result = await outcomeOf(workspaceWith(TRUST, (path) => symlinkSync(crowd, path)));
        expect(result.printed).toContain('✖ files.too-many: ');
      });

      test('keys', async () => {
        await outcomeOf(workspaceWithKeys((path) => symlinkSync(crowd, path)));
      });
    });
  }
}
