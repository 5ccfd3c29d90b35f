import { resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { type Finding, sha256 } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { parseManifestFile } from '../../artifacts';
import type { DeviceArtifacts } from '../../device';
import { factoryErrors } from '../../errors';

/**
 * A warning if images of other apps have the same DAC, and so the same key. It reads the manifests of their outputs, where there are
 * any, and none of their configs or keys.
 */
export function sharedDac(
  { credentials: { dac } }: Pick<DeviceArtifacts, 'credentials'>,
  { root, projectName, projectsConfigurations: { projects } }: ExecutorContext,
): Finding[] {
  if (dac === undefined) return [];
  const digest = toHex(sha256(dac.der));
  const apps = Object.entries(projects).flatMap(([name, { targets = {} }]) => {
    if (name === projectName) return [];
    const folders = Object.values(targets).flatMap(({ executor, options }) =>
      executor === 'nx-esp32-factory:factory-image' && typeof options?.outputPath === 'string'
        ? [resolve(root, options.outputPath)]
        : [],
    );
    return folders.some((folder) => parseManifestFile(folder)?.certificates.dac?.sha256 === digest)
      ? [name]
      : [];
  });
  return apps.length === 0 ? [] : [factoryErrors.finding('factory.dac-shared', { apps }, {}, 'warning')];
}
