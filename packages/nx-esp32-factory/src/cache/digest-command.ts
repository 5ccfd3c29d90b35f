import { join, relative } from 'node:path';

/** The program from the root of a workspace: asked for once for each app. */
const programs = new Map<string, string>();

/**
 * The runtime input of a config: a fixed program and one quoted path, run by a shell in the root of the workspace.
 * The program is named from there too, so that the same checkout elsewhere has the same targets. Nx hashes what a
 * command prints and does not look at its status: without a digest it must print what it never printed before.
 */
export function digestCommand(config: string, workspaceRoot: string): string {
  let program = programs.get(workspaceRoot);
  if (program === undefined) {
    program = quote(relative(workspaceRoot, join(__dirname, '..', '..', 'bin', 'esp32-factory.js')));
    programs.set(workspaceRoot, program);
  }
  return `node ${program} cache-digest ${quote(config)} || ${NEVER_THE_SAME}`;
}

const NEVER_THE_SAME = process.platform === 'win32' ? 'echo %DATE%%TIME%%RANDOM%' : 'date +%s%N';

/** A path as one word of the shell that Nx runs commands with: sh, or cmd on Windows. */
export function quote(path: string): string {
  const unix = path.replaceAll('\\', '/');
  return process.platform === 'win32' ? `"${unix}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
