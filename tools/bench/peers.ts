/** The Python tools to compare with, or why one is missing. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../e2e/packages';
import { peerProgram } from '../testing/peer-program';

/** The interpreter of a peer's virtual environment, which is created if it does not exist. */
export function pythonOf(peer: string): string {
  execFileSync(process.execPath, [join(REPOSITORY, 'tools/peers/install.mjs'), peer], { stdio: 'inherit' });
  return peerProgram(peer, 'python');
}

/**
 * The Matter SDK's script is only in the SDK, not in a package index: MATTER_SDK is the path of a checkout, and
 * MATTER_SDK_PYTHON an interpreter with the script's requirements (python3 by default).
 */
export function sdkScript():
  | { readonly script: string; readonly python: string }
  | { readonly missing: string } {
  const { MATTER_SDK, MATTER_SDK_PYTHON = 'python3' } = process.env;
  if (MATTER_SDK === undefined) {
    return { missing: "the Matter SDK's script is not compared: MATTER_SDK names no checkout of the SDK" };
  }
  const script = join(MATTER_SDK, 'scripts/tools/generate_esp32_chip_factory_bin.py');
  if (existsSync(script)) return { script, python: MATTER_SDK_PYTHON };
  return { missing: `the Matter SDK's script is not compared: there is no ${script}` };
}
