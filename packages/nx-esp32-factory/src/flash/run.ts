import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { flashErrors } from '../errors/flash';
import { interpretFailure, type RunContext } from './failure';

export interface RunOptions extends RunContext {
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
  /** Gets esptool's output as it comes, progress included. */
  readonly onOutput?: (text: string) => void;
  /** The process that now has the port. */
  readonly onStart?: (pid: number) => void;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunResult {
  readonly output: string;
  readonly status: number | string;
}

/** Runs esptool to its end and returns its output; a failure is thrown as the FactoryError that it means. */
export async function runEsptool(options: RunOptions): Promise<string> {
  const { output, status } = await spawnEsptool(options);
  if (status === 0) return output;
  throw interpretFailure(output, status, options);
}

/** Runs esptool to its end, whatever that is; throws flash.esptool-unusable and flash.cancelled. */
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

/** Plain, unbuffered UTF-8 output, whatever terminal the user (or Nx, which sets FORCE_COLOR) has. */
function toolEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _colour, ...rest } = env;
  return { ...rest, NO_COLOR: '1', TERM: 'dumb', PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8:replace' };
}

/** Puts `prefix` before each line, for output of several devices at once; progress updates count as lines. */
export function prefixLines(prefix: string, write: (text: string) => void): (text: string) => void {
  let atStart = true;
  return (text) => {
    const prefixed = text.replace(/[^\r\n]+|[\r\n]+/g, (piece) => {
      const lineEnd = /[\r\n]/.test(piece);
      const out = !lineEnd && atStart ? prefix + piece : piece;
      atStart = lineEnd;
      return out;
    });
    if (prefixed !== '') write(prefixed);
  };
}
