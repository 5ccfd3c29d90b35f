import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the tests have their matter.js from: no dependency of the workspace, because it is large. */
export const MATTER_PEER = resolve(__dirname, '../../../../tools/peers/matter');

export const REPOSITORY = resolve(__dirname, '../../../..');

/** Throws with the command that installs it. */
export function needMatter(): void {
  if (existsSync(join(MATTER_PEER, 'node_modules/@matter/node/package.json'))) return;
  throw new Error('matter.js is not installed: run "npm ci --prefix tools/peers/matter" first');
}
