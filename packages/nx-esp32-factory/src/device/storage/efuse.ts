/** The keys of one device that go into its eFuses. */
import type { ResolvedFactoryConfig } from '../../config';
import type { EfuseKey } from '../../efuse';

/** A key to burn, in memory. */
export interface DeviceEfuseKey extends EfuseKey {
  /** 32 raw bytes for HMAC_UP; PEM for ECDSA_KEY. */
  readonly data: Uint8Array;
  /** Absolute path of the file that keeps it, where that is none of the outputs. */
  readonly file: string | undefined;
  /** It is written with the outputs, because nothing else has it in the form that espefuse reads. */
  readonly isOutput: boolean;
}

/** The blocks that a config needs, before there are keys for them. */
export function expectedEfuseKeys({ encryption, storage }: ResolvedFactoryConfig): EfuseKey[] {
  const { ecdsaPeripheral } = storage;
  return [
    ...(encryption?.scheme === 'hmac' ? [{ block: encryption.keyId, purpose: 'HMAC_UP' as const }] : []),
    ...(ecdsaPeripheral === undefined
      ? []
      : [{ block: ecdsaPeripheral.keyId, purpose: 'ECDSA_KEY' as const }]),
  ];
}
