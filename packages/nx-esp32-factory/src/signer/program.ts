/**
 * A program as signer, for keys that never leave a hardware module or a service. It reads the digest (for P-256 the 32
 * raw bytes of SHA-256) from its standard input, and writes the signature to its standard output.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';
import type { PublicKey, Signer } from 'nvs-core';
import { signerErrors } from '../errors/signer';
import { describeAnswer, MAX_ANSWER_LENGTH, signatureOf } from './answer';
import { openDigest } from './digest-file';
import { redact } from './redact';

export interface ProgramSignerOptions {
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
  /** The public half of the key that the program signs with. */
  readonly publicKey: PublicKey;
  /** The working directory of the program; by default the current one. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Time limit; 60 by default. */
  readonly timeoutSeconds?: number;
}

export const DEFAULT_TIMEOUT_SECONDS = 60;

/** Time from SIGTERM to SIGKILL. */
const GRACE_MILLISECONDS = 2000;
/** How long a child that the program left behind may keep the output open. */
const DRAIN_MILLISECONDS = 500;
const MAX_ERROR_OUTPUT_LENGTH = 2000;
/** Enough for the longest secret to be recognised at the start of what is shown. */
const COLLECTED_LENGTH = 2 * MAX_ERROR_OUTPUT_LENGTH;

/**
 * A signer that runs a program for each signature; the caller checks that the answer is a signature of the digest.
 * Errors of sign: signer.program-unusable, failed, timeout, answer-malformed.
 */
export function programSigner(options: ProgramSignerOptions): Signer {
  const { algorithm, publicKey } = options.publicKey;
  const { signature } = algorithm;
  return {
    algorithm,
    publicKey,
    sign: async (digest) => {
      const { answer, errorOutput } = await ask(options, digest);
      const isValid = (candidate: Uint8Array) => signature.verify(candidate, digest, publicKey);
      const found =
        answer.length > MAX_ANSWER_LENGTH ? undefined : await signatureOf(answer, signature, isValid);
      if (found !== undefined) return found;
      const described = describeAnswer(answer);
      throw signerErrors.error('signer.answer-malformed', {
        program: programOf(options),
        answer: errorOutput === '' ? described : `${described} (standard error: ${errorOutput})`,
      });
    },
  };
}

const programOf = ({ command }: ProgramSignerOptions): string => withoutArguments(command[0] ?? '');

/** Some write the whole command as its name. */
function withoutArguments(program: string): string {
  const end = program.search(/\s(?:-|pkcs11:)/);
  return end < 0 ? program : `${program.slice(0, end).trimEnd()} ...`;
}

interface Answer {
  readonly answer: Uint8Array;
  /** The standard error of the program, without secrets. */
  readonly errorOutput: string;
}

async function ask(options: ProgramSignerOptions, digest: Uint8Array): Promise<Answer> {
  const { command, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, env = process.env } = options;
  const [program = '', ...args] = command;
  const input = openDigest(digest);
  try {
    const child = await start(program, args, {
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      stdio: [input.descriptor, 'pipe', 'pipe'],
      env,
      windowsHide: true,
    });
    const { answer, errors, status, isLate } = await finish(child, timeoutSeconds, program);
    const errorOutput = errorOutputOf(errors, args, env);
    if (isLate)
      throw signerErrors.error('signer.timeout', {
        program: programOf(options),
        seconds: timeoutSeconds,
        errorOutput,
      });
    if (status !== undefined && answer.length <= MAX_ANSWER_LENGTH)
      throw signerErrors.error('signer.failed', { program: programOf(options), status, errorOutput });
    return { answer, errorOutput };
  } finally {
    input.close();
  }
}

/** The end of its standard error, without secrets, on one line. */
function errorOutputOf(errors: Uint8Array, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const isCut = errors.length === COLLECTED_LENGTH;
  const text = redact(Buffer.from(errors).toString('utf8'), args, env, { isCut });
  const lines = text.split(/[\r\n]/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .join('; ')
    .slice(-MAX_ERROR_OUTPUT_LENGTH);
}

/** What cannot be started at all is thrown by spawn itself: an empty name, too many arguments. */
async function start(program: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess> {
  const { spawn } = await import('node:child_process');
  try {
    return spawn(program, args, options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ERR_INVALID_ARG_VALUE' ? 'its name or an argument is invalid' : (code ?? message);
    throw signerErrors.error('signer.program-unusable', { program: withoutArguments(program), reason });
  }
}

interface ProcessResult {
  readonly answer: Uint8Array;
  readonly errors: Uint8Array;
  /** Undefined for success. */
  readonly status: string | undefined;
  readonly isLate: boolean;
}

function finish(child: ChildProcess, timeoutSeconds: number, program: string): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const answer = collect(child.stdout, MAX_ANSWER_LENGTH + 1, 'first', () => child.kill('SIGKILL'));
    const errors = collect(child.stderr, COLLECTED_LENGTH, 'last');
    let isLate = false;
    const timers = [
      setTimeout(() => {
        isLate = true;
        child.kill('SIGTERM');
        timers.push(setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS));
      }, timeoutSeconds * 1000),
    ];
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      for (const timer of timers) clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      const number = signal === null ? undefined : constants.signals[signal];
      const failure = signal === null ? `exit status ${code}` : `signal ${signal} (${number})`;
      resolve({ answer: answer(), errors: errors(), status: code === 0 ? undefined : failure, isLate });
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      for (const timer of timers) clearTimeout(timer);
      reject(
        signerErrors.error('signer.program-unusable', {
          program: withoutArguments(program),
          reason: reasonOf(error),
        }),
      );
    });
    child.once('close', end);
    // Children that the program left behind may keep its output open: do not wait for them.
    child.once('exit', (code, signal) => timers.push(setTimeout(end, DRAIN_MILLISECONDS, code, signal)));
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such program';
  if (code === 'EACCES') return 'it is not executable';
  return code ?? message;
}

/** Collects the first or last bytes of a stream, and discards the rest. */
function collect(
  stream: NodeJS.ReadableStream | null,
  limit: number,
  which: 'first' | 'last',
  onFull: () => void = () => {},
) {
  let data: Buffer = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    if (which === 'first' && data.length >= limit) return;
    data = Buffer.concat([data, chunk]);
    if (data.length < limit) return;
    data = which === 'first' ? data.subarray(0, limit) : data.subarray(-limit);
    onFull();
  });
  return (): Uint8Array => Uint8Array.from(data);
}
