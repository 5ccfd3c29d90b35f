import { join } from 'node:path';

/** The folder of what this tool keeps about a workspace on this machine: a pepper, and the digests that it printed. */
export function stateFolder(workspaceRoot: string): string {
  return join(workspaceRoot, 'node_modules', '.cache', 'nx-esp32-factory');
}
