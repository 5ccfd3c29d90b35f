import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly status: number | null;
  /** Both streams as they came, without colours. */
  readonly output: string;
  readonly stdout: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The environment of a user: nothing of the Nx, npm or jest that runs these tests. */
function userEnvironment(): NodeJS.ProcessEnv {
  const own = /^(NX_|npm_(?!config_)|JEST_|NODE_OPTIONS|NODE_ENV|INIT_CWD|CI$|E2E_|TS_NODE_)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** Runs a program without a shell, as a user would. */
export function run(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const env = { ...userEnvironment(), FORCE_COLOR: '0', NX_TUI: 'false', ...options.env };
    const child = spawn(program, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, stdout] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    // A daemon that was started by the command keeps its streams open: the end of the process is what counts.
    child.on('exit', (status) =>
      setImmediate(() => resolve({ status, output: plain(output), stdout: plain(stdout) })),
    );
  });
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/** The same, or an error with all that it said. */
export async function check(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const result = await run(program, args, options);
  if (result.status === 0) return result;
  throw new Error(`${[program, ...args].join(' ')} ended with ${result.status}:\n${result.output}`);
}
