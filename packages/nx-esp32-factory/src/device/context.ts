import type { RandomBytes, Signer } from 'nvs-core';
import type { ProgramSignerOptions } from '../signer';
import type { KeyStore } from './storage/key-store';

/** Everything beyond its inputs that making a device depends on. */
export interface DeviceContext {
  readonly random: RandomBytes;
  /** The time of commissioning and of issuing, where the config gives none. */
  readonly now: Date;
  /** Keeps the keys of {"folder": PATH}. */
  readonly keyStore: KeyStore;
  /** Makes a signer of attestation.pai.signer. */
  readonly createSigner: (options: ProgramSignerOptions) => Signer;
  /** The config came as flags: inline secrets are warnings in production, where those of a file are errors. */
  readonly fromCommandLine?: boolean;
}
