import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The matter.js of the tests; it is not a dependency of the workspace, because it is large. */
export const MATTER_PEER = resolve(__dirname, '../../../../tools/peers/matter');

export const REPOSITORY = resolve(__dirname, '../../../..');

/** Throws if matter.js is missing, with the command that installs it. */
export function needMatter(): void {
  if (existsSync(join(MATTER_PEER, 'node_modules/@matter/node/package.json'))) return;
  throw new Error('matter.js is not installed: run "npm ci --prefix tools/peers/matter" first');
}
