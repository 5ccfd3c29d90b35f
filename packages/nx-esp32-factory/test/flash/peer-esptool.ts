import { peerProgram } from '../../../../tools/testing/peer-program';
import { type Esptool, findEsptool } from '../../src/flash/esptool';

/** The real esptool of a major version: ESPTOOL_4 / ESPTOOL_5 (a path), or what tools/peers/install.mjs installs. */
export function peerEsptool(major: 4 | 5): Esptool {
  const path =
    process.env[`ESPTOOL_${major}`] ??
    peerProgram(`esptool-${major}`, major === 4 ? 'esptool.py' : 'esptool');
  const esptool = findEsptool({ path });
  if (esptool.major !== major) throw new Error(`${path} is esptool ${esptool.version}, not ${major}`);
  return esptool;
}
