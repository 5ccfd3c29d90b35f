/** The keys of one device that go into its eFuses. */
import type { ResolvedFactoryConfig } from '../../config';
import type { EfuseKey } from '../../efuse';

/** A key to burn, in memory. */
export interface DeviceEfuseKey extends EfuseKey {
  /** 32 raw bytes for HMAC_UP; PEM for ECDSA_KEY. */
  readonly data: Uint8Array;
  /** Absolute path of its file, if that is not one of the outputs. */
  readonly file: string | undefined;
  /** It is one of the outputs, because no other file has it in the form that espefuse reads. */
  readonly isOutput: boolean;
}

/** The eFuse blocks that a config requires, before their keys exist. */
export function expectedEfuseKeys({ encryption, storage }: ResolvedFactoryConfig): EfuseKey[] {
  const { ecdsaPeripheral } = storage;
  return [
    ...(encryption?.scheme === 'hmac' ? [{ block: encryption.keyId, purpose: 'HMAC_UP' as const }] : []),
    ...(ecdsaPeripheral === undefined
      ? []
      : [{ block: ecdsaPeripheral.keyId, purpose: 'ECDSA_KEY' as const }]),
  ];
}
