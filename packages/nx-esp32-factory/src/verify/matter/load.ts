/** Finds matter.js in the verified workspace or next to this package, and loads it on first use. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Finding } from 'nvs-core';
import { verifyErrors } from '../../errors';
import { INPUT_LIMIT, readInput } from '../../files';
import type { Level } from '../report';
import type { MatterGeneral, MatterNode, MatterProtocol, MatterStack, MatterTypes } from './stack';

const PACKAGE = '@matter/node';
const NETWORK_PACKAGE = '@matter/nodejs';

/** The versions whose internal API is known to be the one used here. */
export const MATTER_RANGE = '>=0.17.9 <0.18.0';

/** matter.js, or a finding for a level that requires it. */
export type MatterResult =
  | { readonly stack: MatterStack; readonly main: string }
  | { readonly missing: (level: Level) => Finding };

/** Resolves matter.js from each folder as Node would, and last from this package. */
export function loadMatter(folders: readonly string[]): MatterResult {
  const main = resolveFrom([...folders, __dirname]);
  if (main === undefined) {
    return { missing: (level) => verifyErrors.finding('verify.matter-missing', { level }) };
  }
  const version = versionOf(main);
  if (!isKnown(version)) {
    const params = { found: version, range: MATTER_RANGE };
    return { missing: (level) => verifyErrors.finding('verify.matter-version', { level, ...params }) };
  }
  // Resolved from the package itself, so that all are the copies that it uses.
  const load = createRequire(main);
  const general = load('@matter/general') as MatterGeneral;
  general.Logger.level = 'fatal';
  return {
    main,
    stack: {
      version,
      general,
      protocol: load('@matter/protocol') as MatterProtocol,
      types: load('@matter/types') as MatterTypes,
      node: () => ({
        ...(load('@matter/node') as Omit<MatterNode, 'OperationalCredentialsServer'>),
        ...(load('@matter/node/behaviors/operational-credentials') as Pick<
          MatterNode,
          'OperationalCredentialsServer'
        >),
      }),
    },
  };
}

/** A finding if matter.js cannot open sockets: its package for that is separate. */
export function missingNetwork({ main }: { readonly main: string }): Finding | undefined {
  try {
    createRequire(main).resolve(NETWORK_PACKAGE);
    return undefined;
  } catch {
    return verifyErrors.finding('verify.matter-network-missing', {});
  }
}

/** The network of this machine, for matter.js. */
export function loadNetwork({ main }: { readonly main: string }): object {
  const { NodeJsNetwork } = createRequire(main)(NETWORK_PACKAGE) as { NodeJsNetwork: new () => object };
  return new NodeJsNetwork();
}

function resolveFrom(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve(PACKAGE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

/** The version in the package.json above an entry point. */
function versionOf(main: string): string {
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const { name, version } = JSON.parse(new TextDecoder().decode(readInput(path, INPUT_LIMIT.project))) as {
      name?: string;
      version?: string;
    };
    if (name === PACKAGE) return version ?? 'unknown';
  }
  return 'unknown';
}

function isKnown(version: string): boolean {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  return major === '0' && minor === '17' && Number(patch) >= 9;
}
