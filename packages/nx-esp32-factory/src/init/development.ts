import { createDevelopmentCredentials, encodePem, encodePrivateKeyPem, type RandomBytes } from 'nvs-core';
import { DEVELOPMENT_FILES } from '../inputs';

/** A file in a development credentials folder. */
export interface DevelopmentFile {
  /** Path inside the folder. */
  readonly name: string;
  readonly data: Uint8Array | string;
  /** A private key: mode 0600. */
  readonly secret: boolean;
}

/**
 * A complete set of development credentials for a test vendor id (0xFFF1 to 0xFFF4): PAA, PAI, DAC, their keys, a
 * Certification Declaration signed with the public test key, and a trust store with the PAA.
 * Errors: attestation.issue-option-invalid.
 */
export async function developmentFiles(options: {
  readonly vendorId: number;
  readonly productId: number;
  readonly random: RandomBytes;
  readonly now: Date;
}): Promise<DevelopmentFile[]> {
  const { paa, pai, dac, cd } = await createDevelopmentCredentials(options);
  const open = (name: string, data: Uint8Array | string): DevelopmentFile => ({ name, data, secret: false });
  const secret = (name: string, { key }: typeof dac): DevelopmentFile => ({
    name,
    data: encodePrivateKeyPem(key),
    secret: true,
  });
  try {
    // The files that a device needs come last: if one of them exists, so do all the others before it.
    return [
      open(`${DEVELOPMENT_FILES.paaTrustStore}/paa.der`, paa.certificate.der),
      secret('pai-key.pem', pai),
      secret('paa-key.pem', paa),
      secret(DEVELOPMENT_FILES.dacKey, dac),
      open(DEVELOPMENT_FILES.dac, await encodePem('CERTIFICATE', dac.certificate.der)),
      open(DEVELOPMENT_FILES.pai, await encodePem('CERTIFICATE', pai.certificate.der)),
      open(DEVELOPMENT_FILES.certificationDeclaration, cd.der),
    ];
  } finally {
    for (const { key } of [paa, pai, dac]) key.raw.fill(0);
  }
}
