/** The contents of an esp_secure_cert partition as values of a Matter device. */

/** The DAC's private key: in the partition, or burned to an eFuse block that only the ECDSA peripheral reads. */
export type SecureCertKey =
  | {
      readonly form: 'sec1';
      /** ECPrivateKey of RFC 5915 with named curve P-256 and public key: exactly 121 bytes. */
      readonly der: Uint8Array;
    }
  | {
      readonly form: 'ecdsa-peripheral';
      /** The n of BLOCK_KEYn, 0 to 5 if the chip has it. */
      readonly keyBlock: number;
    };

/** Commissionable data, and the unique id that rotating device ids are derived from. */
export interface SecureCertCommissioning {
  /** 0 to 4095. */
  readonly discriminator: number;
  /** SPAKE2+ verifier, raw: w0 and L, 97 bytes. */
  readonly verifier: Uint8Array;
  /** PBKDF2 salt, raw: 16 to 32 bytes. */
  readonly salt: Uint8Array;
  /** PBKDF2 iterations, 1000 to 100000. */
  readonly iterations: number;
  /** Unique id of rotating device ids: 16 bytes. */
  readonly rotatingDeviceIdUniqueId: Uint8Array;
}

/** Custom data. */
export interface SecureCertCustom {
  /** 51 to 253; 51 to 55 are reserved for user data. */
  readonly type: number;
  /** 0 to 253. Default 0. */
  readonly subtype?: number;
  readonly data: Uint8Array;
}

/** DAC, PAI and key are given together or not at all, and so are the commissionable values. */
export interface SecureCertContents {
  /** Device attestation certificate, DER, at most 600 bytes. */
  readonly dac?: Uint8Array | undefined;
  /** Product attestation intermediate certificate, DER, at most 600 bytes. */
  readonly pai?: Uint8Array | undefined;
  readonly privateKey?: SecureCertKey | undefined;
  readonly commissioning?: SecureCertCommissioning | undefined;
  /** Fixed random values of the device, 32 bytes each: GetFixedRandom1 and 2 of the SDK's ESP32SecureCertDataProvider. */
  readonly random?: readonly [Uint8Array, Uint8Array];
  readonly custom?: readonly SecureCertCustom[];
}
