import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** A program of a Python tool that tools/peers/install.mjs installs. */
export function peerProgram(peer: string, program: string): string {
  const name = process.platform === 'win32' ? `Scripts/${program}.exe` : `bin/${program}`;
  const path = resolve(__dirname, '../../.venvs', peer, name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "node tools/peers/install.mjs ${peer}"`);
  return path;
}
