import type { RandomBytes, Signer } from 'nvs-core';
import type { ProgramSignerOptions } from '../signer';
import type { KeyStore } from './storage/key-store';

/** Everything that making a device depends on besides its inputs. */
export interface DeviceContext {
  readonly random: RandomBytes;
  /** The time for attestation checks and issued certificates, unless the config sets one. */
  readonly now: Date;
  /** Stores the keys of {"folder": PATH}. */
  readonly keyStore: KeyStore;
  /** Creates the signer that attestation.pai.signer describes. */
  readonly createSigner: (options: ProgramSignerOptions) => Signer;
  /** The config came from flags: inline secrets in production are warnings, and not errors as in a file. */
  readonly fromCommandLine?: boolean;
}
