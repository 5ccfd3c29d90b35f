/** The cache policy of an image, decided from the generated data, and the error for a run that Nx caches against it. */
import type { FactoryError } from 'nvs-core';
import type { LoadedConfig } from '../config';
import type { DeviceArtifacts } from '../device';
import { factoryErrors } from '../errors';
import { CACHE_READERS, type CachePolicy, cachePolicyOf, type Uncached } from './policy';

export type ImagePolicy = CachePolicy | FirmwareEncrypted;

/** A policy against caching because the firmware, not the config, sets NVS encryption. */
interface FirmwareEncrypted {
  readonly cache: false;
  readonly reason: string;
  readonly cause: 'firmware';
  /** The section to add to the config, as JSON. */
  readonly section: string;
}

/** The policy of the config, plus what its JSON does not show: the firmware's encryption, and the credentials. */
export function imagePolicyOf(
  { config: given, written }: LoadedConfig,
  { config, classification }: DeviceArtifacts,
): ImagePolicy {
  const policy = cachePolicyOf(written);
  if (!policy.cache) return policy;
  if (given.encryption === undefined && config.encryption?.scheme !== 'none') {
    const section = `"encryption": ${JSON.stringify(config.encryption)}`;
    const reason =
      'the firmware has NVS encryption, for which each run generates a key, and a replay would issue it twice';
    return { cache: false, reason, cause: 'firmware', section };
  }
  if (classification.kind === 'development' || config.output.cache === true) return policy;
  const reason = `it counts as production (${classification.reasons[0]}), and ${CACHE_READERS} its secrets`;
  return { cache: false, reason, cause: 'secret' };
}

const CODES = {
  unreadable: 'factory.cached-though-off',
  off: 'factory.cached-though-off',
  generated: 'factory.cached-generated',
  secret: 'factory.cached-secrets',
} as const satisfies Record<Uncached['cause'], string>;

/** The error for a run that Nx must not cache, at the config field that decides it. */
export function cachedError(
  policy: Exclude<ImagePolicy, { readonly cache: true }>,
  where: LoadedConfig['where'],
): FactoryError {
  const { reason } = policy;
  if (policy.cause !== 'firmware')
    return factoryErrors.error(CODES[policy.cause], { reason }, where(['output', 'cache']));
  const params = { reason, section: policy.section };
  return factoryErrors.error('factory.cached-firmware-encryption', params, where(['encryption']));
}
