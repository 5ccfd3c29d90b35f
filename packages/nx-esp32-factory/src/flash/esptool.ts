/** Finds esptool: at a given path, in an active ESP-IDF, on PATH, or as a Python module. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { flashErrors } from '../errors/flash';

export interface Esptool {
  /** Program and leading arguments, run without a shell. */
  readonly command: readonly [string, ...string[]];
  readonly version: string;
  readonly major: number;
}

export interface FindEsptoolOptions {
  /** A path or a command name: an executable, or a .py file that Python runs. */
  readonly path?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

const OLDEST = 4;
const VERSION_TIMEOUT = 60_000;

/**
 * The esptool to use. Order: the given path; the Python of an active ESP-IDF (IDF_PYTHON_ENV_PATH); `esptool`,
 * `esptool.py` on PATH; `python3 -m esptool`, `python -m esptool`; ESP-IDF's own copy (IDF_PATH).
 * Throws flash.esptool-missing, flash.esptool-unusable (only for a given path), flash.esptool-too-old.
 */
export function findEsptool(options: FindEsptoolOptions = {}): Esptool {
  const { env = process.env, platform = process.platform } = options;
  if (options.path !== undefined) return given(options.path, env, platform);
  let tooOld: { command: string; version: string } | undefined;
  const tried: string[] = [];
  for (const command of candidates(env, platform)) {
    tried.push(command.join(' '));
    const probe = probeVersion(command, env);
    if (!('version' in probe)) continue;
    const found = { command, ...probe };
    if (found.major >= OLDEST) return found;
    tooOld ??= { command: command.join(' '), version: found.version };
  }
  if (tooOld !== undefined) throw flashErrors.error('flash.esptool-too-old', tooOld);
  throw flashErrors.error('flash.esptool-missing', { tried });
}

/** The version in the output of `esptool version`: on a separate line, among warnings and a banner. */
export function parseVersion(output: string): { version: string; major: number } | undefined {
  const match =
    /^(\d+)\.\d[\w.+-]*$/m.exec(output.replaceAll('\r', '')) ??
    /^esptool(?:\.py)? v((\d+)\.\d[\w.+-]*)/m.exec(output.replaceAll('\r', ''));
  if (match === null) return undefined;
  const version = match[2] === undefined ? match[0] : (match[1] ?? '');
  return { version, major: Number.parseInt(version, 10) };
}

function given(path: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Esptool {
  const commands: [string, ...string[]][] = path.endsWith('.py')
    ? [[path], ...pythons(env, platform).map((python): [string, ...string[]] => [python, path])]
    : [[path]];
  let reason = '';
  for (const command of commands) {
    const probe = probeVersion(command, env);
    if ('version' in probe) {
      if (probe.major >= OLDEST) return { command, ...probe };
      throw flashErrors.error('flash.esptool-too-old', {
        command: command.join(' '),
        version: probe.version,
      });
    }
    reason ||= probe.reason;
  }
  throw flashErrors.error('flash.esptool-unusable', { command: path, reason });
}

function candidates(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): [string, ...string[]][] {
  const list: [string, ...string[]][] = [];
  const idfPython = idfEnvironmentPython(env, platform);
  if (idfPython !== undefined) list.push([idfPython, '-m', 'esptool']);
  list.push(['esptool'], ['esptool.py']);
  for (const python of pythons(env, platform)) list.push([python, '-m', 'esptool']);
  if (env.IDF_PATH !== undefined && env.IDF_PATH !== '') {
    const script = join(env.IDF_PATH, 'components', 'esptool_py', 'esptool', 'esptool.py');
    if (existsSync(script)) list.push([idfPython ?? pythons(env, platform)[0] ?? 'python3', script]);
  }
  return list;
}

function idfEnvironmentPython(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  if (env.IDF_PYTHON_ENV_PATH === undefined || env.IDF_PYTHON_ENV_PATH === '') return undefined;
  const relative = platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return join(env.IDF_PYTHON_ENV_PATH, ...relative);
}

function pythons(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const idf = idfEnvironmentPython(env, platform);
  return [
    ...(idf === undefined ? [] : [idf]),
    ...(platform === 'win32' ? ['py', 'python'] : ['python3', 'python']),
  ];
}

function probeVersion(
  [program, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): { version: string; major: number } | { reason: string } {
  const run = spawnSync(program, [...args, 'version'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: VERSION_TIMEOUT,
  });
  if (run.error !== undefined) {
    const code = (run.error as NodeJS.ErrnoException).code ?? run.error.message;
    return { reason: code === 'ENOENT' ? 'there is no such program' : code };
  }
  const parsed = run.status === 0 ? parseVersion(run.stdout) : undefined;
  if (parsed !== undefined) return parsed;
  const last = `${run.stdout}\n${run.stderr}`.trim().split('\n').at(-1)?.trim() ?? '';
  return {
    reason: run.status === 0 ? 'it prints no version' : `status ${run.status}: ${last || 'no output'}`,
  };
}
