import { randomBytes } from 'nvs-core';
import { type DeviceArtifacts, type DeviceContext, makeDevice } from '../src/device';
import { folderKeyStore } from '../src/files';
import type { DeviceInputs } from '../src/inputs';
import { programSigner } from '../src/signer';

/** A device made as in the executor, except for what a test overrides. */
export function makeTestDevice(
  inputs: DeviceInputs,
  context: Partial<DeviceContext> = {},
): Promise<DeviceArtifacts> {
  return makeDevice(inputs, {
    random: randomBytes,
    now: new Date(),
    keyStore: folderKeyStore,
    createSigner: programSigner,
    ...context,
  });
}
