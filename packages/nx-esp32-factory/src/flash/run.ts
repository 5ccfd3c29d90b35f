import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { flashErrors } from '../errors/flash';
import { interpretFailure, type RunContext } from './failure';

export interface RunOptions extends RunContext {
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
  /** Called with esptool's output as it arrives, including progress. */
  readonly onOutput?: (text: string) => void;
  /** Called with the process that opens the port. */
  readonly onStart?: (pid: number) => void;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunResult {
  readonly output: string;
  readonly status: number | string;
}

/** Runs esptool and returns its output; throws the errors of interpretFailure. */
export async function runEsptool(options: RunOptions): Promise<string> {
  const { output, status } = await spawnEsptool(options);
  if (status === 0) return output;
  throw interpretFailure(output, status, options);
}

/** Runs esptool and returns its output and status; throws flash.esptool-unusable and flash.cancelled. */
export async function spawnEsptool(options: RunOptions): Promise<RunResult> {
  const { signal } = options;
  const [program = '', ...args] = options.command;
  if (signal?.aborted) throw flashErrors.error('flash.cancelled', {});
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: toolEnvironment(options.env ?? process.env),
    windowsHide: true,
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  // An interrupt lets esptool leave the chip in a defined state.
  const abort = () => child.kill('SIGINT');
  signal?.addEventListener('abort', abort, { once: true });
  let output = '';
  const collect = (text: string) => {
    output += text;
    options.onOutput?.(text);
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'ENOENT' ? 'there is no such program' : (error.code ?? error.message);
        reject(flashErrors.error('flash.esptool-unusable', { command: program, reason }));
      });
      child.once('close', (code, by) => resolve(code ?? `${by} (${constants.signals[by ?? 'SIGTERM']})`));
    });
    if (signal?.aborted) throw flashErrors.error('flash.cancelled', {});
    return { output, status };
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Makes the output plain, unbuffered UTF-8, on any terminal and under Nx, which sets FORCE_COLOR. */
function toolEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _colour, ...rest } = env;
  return { ...rest, NO_COLOR: '1', TERM: 'dumb', PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8:replace' };
}
