/** Warns where two apps share what each must have for itself; the values are not printed. */
import type { CreateNodesResultV2 } from '@nx/devkit';
import { type AppSecrets, type Shared, sharedSecrets } from '../cache/shared';

const FIELDS: Readonly<Record<Shared['what'], string>> = {
  'DAC key file': 'attestation.dac.key',
  'inline passcode': 'commissioning.passcode',
};
const SHOWN = 3;

/** Prints a warning for each secret that apps share, and adds it to the descriptions of their image targets. */
export function warnOfShared(configs: readonly AppSecrets[], results: CreateNodesResultV2): void {
  for (const shared of sharedSecrets(configs)) {
    const { what, roots } = shared;
    console.warn(
      `nx-esp32-factory: ${listOf(roots)} have the same ${what} (${FIELDS[what]}): give each app its own, or nobody can tell their devices apart`,
    );
    describe(shared, results);
  }
}

function describe({ what, roots, configs }: Shared, results: CreateNodesResultV2): void {
  const own = new Set(configs);
  for (const [file, { projects = {} }] of results) {
    if (!own.has(file)) continue;
    for (const [root, { targets = {} }] of Object.entries(projects)) {
      const others = listOf(roots.filter((other) => other !== root));
      for (const { executor, metadata } of Object.values(targets))
        if (executor === 'nx-esp32-factory:factory-image' && metadata !== undefined)
          metadata.description += `. Warning: same ${what} as ${others}`;
    }
  }
}

function listOf(roots: readonly string[]): string {
  const more = roots.length - SHOWN;
  if (more > 1) return `${roots.slice(0, SHOWN).join(', ')} and ${more} more`;
  return [roots.slice(0, -1).join(', '), ...roots.slice(-1)].filter((part) => part !== '').join(' and ');
}
