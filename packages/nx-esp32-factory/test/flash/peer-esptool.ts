import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Esptool, findEsptool } from '../../src/flash/esptool';

const ROOT = resolve(__dirname, '../../../..');

/** The real esptool of a major version: ESPTOOL_4 / ESPTOOL_5 (a path), or the environment of install-peers.sh. */
export function peerEsptool(major: 4 | 5): Esptool {
  const name = `esptool-${major}`;
  const program = major === 4 ? 'esptool.py' : 'esptool';
  const path = process.env[`ESPTOOL_${major}`] ?? join(ROOT, '.venvs', name, 'bin', program);
  if (!existsSync(path)) {
    throw new Error(
      `${path} is missing: run "tools/peers/install-peers.sh ${name}", or set ESPTOOL_${major}`,
    );
  }
  const esptool = findEsptool({ path });
  if (esptool.major !== major) throw new Error(`${path} is esptool ${esptool.version}, not ${major}`);
  return esptool;
}
