import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** A program of a Python tool that tools/peers/install-peers.sh installs. */
export function peerProgram(peer: string, program: string): string {
  const path = resolve(__dirname, '../../.venvs', peer, 'bin', program);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "tools/peers/install-peers.sh ${peer}"`);
  return path;
}
