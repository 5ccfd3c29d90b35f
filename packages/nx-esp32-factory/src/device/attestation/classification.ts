import { type CdSigner, type Classification, classifyCredentials } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../../config';
import type { Credentials } from './credentials';

export type { Classification };

/** Development or production, which decides what may be cached and shown, and how severe a finding is. */
export function classify(
  config: ResolvedFactoryConfig,
  { dac, pai, cd }: Credentials,
  ownCdSigners: readonly CdSigner[],
): Classification {
  const { vendorId } = config.deviceInstanceInfo;
  return classifyCredentials({
    vendorIds: vendorId === undefined ? [] : [vendorId],
    dac,
    pai,
    cd,
    ownCdSigners,
  });
}
