/** Standard output and error, which may fail: a full disk, a reader that is gone. */
import type { Terminal } from './command';

/** Exit status of a command that did its work but could not print its result. */
export const NOT_PRINTED = 3;

/** The terminal of the process, and what became of its output. */
export interface ProcessOutput {
  readonly terminal: Terminal;
  /** Waits until all is written; the exit status: that of the command, or 3 for success that could not be printed. */
  settle(status: number): Promise<number>;
}

/** Writes to the streams of this process; a failure ends neither the command nor the process. */
export function processOutput(): ProcessOutput {
  const out = new Output(process.stdout);
  const err = new Output(process.stderr);
  return {
    terminal: {
      out: (text) => out.write(`${text}\n`),
      err: (text) => err.write(`${text}\n`),
      // A getter, because asking the stream takes milliseconds.
      get colour() {
        return process.stderr.isTTY === true && process.env.NO_COLOR === undefined;
      },
    },
    settle: async (status) => {
      await out.flush();
      const { failure } = out;
      if (failure !== undefined && failure.code !== 'EPIPE') {
        const done = status === 0 ? 'the command succeeded, but ' : '';
        err.write(`${done}its output could not be written: ${failure.code ?? failure.message}\n`);
      }
      await err.flush();
      return status === 0 && failure !== undefined ? NOT_PRINTED : status;
    },
  };
}

class Output {
  failure: NodeJS.ErrnoException | undefined;
  readonly #stream: NodeJS.WriteStream;
  #isUsed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  write(text: string): void {
    if (!this.#isUsed) this.#stream.on('error', this.#fail);
    this.#isUsed = true;
    // What follows a failure would leave a gap.
    if (this.failure !== undefined) return;
    try {
      this.#stream.write(text, (error) => error && this.#fail(error));
    } catch (error) {
      // Files are written synchronously.
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  /** Resolves when everything is written or has failed. */
  flush(): Promise<void> {
    if (!this.#isUsed || this.failure !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.once('error', () => resolve());
      this.#stream.write('', () => resolve());
    });
  }

  readonly #fail = (error: NodeJS.ErrnoException): void => {
    this.failure ??= error;
  };
}
