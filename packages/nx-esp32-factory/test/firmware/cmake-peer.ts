/** What CMake itself and our reader of CMake texts say that a project builds with. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { peerProgram } from '../../../../tools/testing/peer-program';
import { PROJECT, runCMake, type Value } from '../../src/firmware/cmake';

export interface Project {
  /** By path in the project; one is CMakeLists.txt. */
  readonly files: Readonly<Record<string, string>>;
  readonly cache?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The variables that are compared: those of ESP-IDF, and those of the random programs. */
export const NAMES = ['SDKCONFIG_DEFAULTS', 'SDKCONFIG', 'IDF_TARGET', 'A', 'B', 'C', 'D'] as const;

export type Values<T> = Readonly<Record<(typeof NAMES)[number], T | undefined>>;

/** An ESP-IDF that notes the variables where a build takes them, and ends there. */
const ESP_IDF = {
  'note.cmake': `foreach(name ${NAMES.join(' ')})
  if(DEFINED "\${name}")
    file(WRITE "\${CMAKE_BINARY_DIR}/\${name}" "\${\${name}}")
  endif()
endforeach()
file(WRITE "\${CMAKE_BINARY_DIR}/noted" "")
message(FATAL_ERROR "noted")
`,
  'tools/cmake/project.cmake': `macro(project)\n  include("$ENV{IDF_PATH}/note.cmake")\nendmacro()\n`,
  'tools/cmakev2/idf.cmake': 'include("$ENV{IDF_PATH}/note.cmake")\n',
};

/** Folders with one project at a time. */
export class Workshop {
  private readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'cmake-peer-')));
  private readonly source = join(this.root, 'app');
  private readonly cmake = join(
    execFileSync(peerProgram('cmake', 'python'), ['-c', 'import cmake; print(cmake.CMAKE_BIN_DIR)'], {
      encoding: 'utf8',
    }).trim(),
    'cmake',
  );

  constructor() {
    writeFiles(join(this.root, 'idf'), ESP_IDF);
  }

  /** Writes a project in place of the one before. */
  write({ files }: Project): void {
    rmSync(this.source, { recursive: true, force: true });
    writeFiles(this.source, files);
  }

  /**
   * The values of a build with these environment variables, too; undefined if CMake ends with an error before it has
   * them.
   */
  build(
    { cache = {}, environment = {} }: Project,
    others: Readonly<Record<string, string>> = {},
  ): Values<string> | undefined {
    const build = join(this.source, 'build');
    rmSync(build, { recursive: true, force: true });
    const variables = Object.entries({
      IDF_TARGET: 'esp32c6',
      CMAKE_MAXIMUM_RECURSION_DEPTH: '12',
      ...cache,
    });
    const env = { IDF_PATH: join(this.root, 'idf'), ...environment, ...others };
    const args = ['-S', '.', '-B', 'build', '-G', 'Unix Makefiles', '-Wno-dev'];
    const settings = variables.map(([name, value]) => `-D${name}=${value}`);
    const { error, stderr } = spawnSync(this.cmake, [...args, ...settings], {
      cwd: this.source,
      env,
      encoding: 'utf8',
      timeout: 2_000,
      killSignal: 'SIGKILL',
    });
    if (error !== undefined && !/ETIMEDOUT|ENOBUFS/.test(error.message)) throw error;
    // The only error is the one that ends it.
    if (error !== undefined || stderr.match(/^CMake Error/gm)?.length !== 1) return undefined;
    if (!existsSync(join(build, 'noted'))) return undefined;
    const noted = (name: string) =>
      existsSync(join(build, name)) ? readFileSync(join(build, name), 'utf8') : undefined;
    return valuesOf(noted);
  }

  /** The values that we read, with the folder of the project in their paths. */
  read({ cache = {}, environment = {} }: Project): Values<Value> {
    const inFolder = (text: string) => text.replaceAll(PROJECT, this.source);
    const pathOf = (path: string) => (path.startsWith(`${PROJECT}/`) ? inFolder(path) : undefined);
    const result = runCMake({
      cache: new Map(Object.entries({ IDF_TARGET: 'esp32c6', ...cache })),
      environment: (name) =>
        ['SDKCONFIG', 'SDKCONFIG_DEFAULTS'].includes(name) || name in environment
          ? environment[name]
          : { reason: `it uses the environment variable ${name}`, environment: name },
      readText: (path) => readText(pathOf(path)),
      exists: (path) => {
        const own = path === PROJECT ? this.source : pathOf(path);
        return own === undefined ? undefined : existsSync(own);
      },
      binaryDir: `${PROJECT}/build`,
    });
    return valuesOf((name) => {
      const value = result?.get(name);
      return typeof value === 'string' ? inFolder(value) : value;
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

/** A value with its absolute paths without "..": "/app/../x" and "/x" are the same place. */
export function normal(value: string): string {
  const items = value.split(';');
  return items.map((item) => (/^\/.*\/\.\./.test(item) ? posix.normalize(item) : item)).join(';');
}

function valuesOf<T>(get: (name: string) => T | undefined): Values<T> {
  return Object.fromEntries(NAMES.map((name) => [name, get(name)])) as Values<T>;
}

function readText(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
