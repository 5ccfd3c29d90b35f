import { join, relative } from 'node:path';

/** Quoted path of the program by workspace root, computed once: there is a call for every app. */
const programs = new Map<string, string>();

/**
 * The runtime input of a config: a fixed program and two quoted paths, run by a shell in the workspace root. The
 * program's path is relative to the root too, so that the same checkout in another folder has the same targets. Nx
 * hashes a command's output and ignores its exit status: if the digest fails, the command prints a unique value.
 */
export function digestCommand(config: string, outputPath: string, workspaceRoot: string): string {
  let program = programs.get(workspaceRoot);
  if (program === undefined) {
    program = quote(relative(workspaceRoot, join(__dirname, '..', '..', 'bin', 'esp32-factory.js')));
    programs.set(workspaceRoot, program);
  }
  return `node ${program} ${digestArguments(config, outputPath)} || ${PRINT_UNIQUE}`;
}

/** The command's arguments for a config and its output folder. */
export function digestArguments(config: string, outputPath: string): string {
  return `cache-digest ${quote(config)} ${quote(outputPath)}`;
}

const PRINT_UNIQUE = process.platform === 'win32' ? 'echo %DATE%%TIME%%RANDOM%' : 'date +%s%N';

/** Quotes a path as one word for the shell in which Nx runs commands: sh, or cmd on Windows. */
export function quote(path: string): string {
  const unix = path.replaceAll('\\', '/');
  return process.platform === 'win32' ? `"${unix}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
