/** Issues a complete set of development credentials, for a test vendor id, never for a product. */
import type { RandomBytes } from '../../crypto/random';
import { DEFAULT_KEY_ALGORITHM } from '../algorithms';
import type { Certificate } from '../certificate';
import type { CertificationDeclaration } from '../certification-declaration';
import { isTestVendorId } from '../classify';
import { createPrivateKey, type PrivateKey } from '../private-key';
import { issueDac, issuePaa, issuePai } from './certificate';
import { issueCertificationDeclaration } from './certification-declaration';
import { optionInvalid } from './option-invalid';
import { keySigner } from './signer';
import { testCdKey } from './test-cd-key';

/** A certificate with its private key. */
export interface KeyedCertificate {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

export interface DevelopmentCredentials {
  readonly paa: KeyedCertificate;
  readonly pai: KeyedCertificate;
  readonly dac: KeyedCertificate;
  /** Certification type 0, for this product id alone, signed with the public test key, which the SDK's commissioners know. */
  readonly cd: CertificationDeclaration;
  /** What is stored on the device: the section of this name of the factory data. The key is that of `dac`, not a copy. */
  readonly attestation: StoredAttestation;
}

export interface StoredAttestation {
  /** DER. */
  readonly dac: Uint8Array;
  /** 32 bytes. */
  readonly dacKey: Uint8Array;
  /** 65 bytes, uncompressed. */
  readonly dacPublicKey: Uint8Array;
  /** DER. */
  readonly pai: Uint8Array;
  /** CMS in DER. */
  readonly certificationDeclaration: Uint8Array;
}

export interface DevelopmentOptions {
  /** 0xFFF1 to 0xFFF4. */
  readonly vendorId: number;
  readonly productId: number;
  readonly random: RandomBytes;
  /** Start of validity; milliseconds are dropped. */
  readonly now: Date;
  /** Device type of the declaration; 0x0016 (root node) by default. */
  readonly deviceTypeId?: number;
  /** 19 characters. */
  readonly certificateId?: string;
}

/** Generates a key. */
export function generateKey(random: RandomBytes, algorithm = DEFAULT_KEY_ALGORITHM): PrivateKey {
  return createPrivateKey(algorithm.createPrivateKey(random), algorithm);
}

/** Issues PAA, PAI, DAC and declaration. Errors: attestation.issue-option-invalid. */
export async function createDevelopmentCredentials(
  options: DevelopmentOptions,
): Promise<DevelopmentCredentials> {
  if (!isTestVendorId(options.vendorId))
    throw optionInvalid('vendorId', 'development credentials are for the test vendor ids 0xFFF1 to 0xFFF4');
  const [paa, pai, dac] = [0, 1, 2].map(() => generateKey(options.random)) as [
    PrivateKey,
    PrivateKey,
    PrivateKey,
  ];
  const keys = { paa, pai, dac };
  try {
    return await issueAll(options, keys);
  } catch (error) {
    for (const { raw } of Object.values(keys)) raw.fill(0);
    throw error;
  }
}

async function issueAll(
  { vendorId, productId, random, now, ...options }: DevelopmentOptions,
  keys: Readonly<Record<'paa' | 'pai' | 'dac', PrivateKey>>,
): Promise<DevelopmentCredentials> {
  const { deviceTypeId = 0x0016, certificateId = 'ZIG0000000000000000' } = options;
  const common = { random, notBefore: new Date(Math.floor(now.getTime() / 1000) * 1000) };
  const paa = await issuePaa({
    ...common,
    commonName: 'Development PAA',
    vendorId,
    signer: keySigner(keys.paa),
  });
  const pai = await issuePai({
    ...common,
    commonName: 'Development PAI',
    vendorId,
    paa: { certificate: paa, signer: keySigner(keys.paa) },
    publicKey: keys.pai,
  });
  const dac = await issueDac({
    ...common,
    commonName: 'Development DAC',
    vendorId,
    productId,
    pai: { certificate: pai, signer: keySigner(keys.pai) },
    publicKey: keys.dac,
  });
  const cd = await issueCertificationDeclaration(
    {
      vendorId,
      productIds: [productId],
      deviceTypeId,
      certificateId,
      versionNumber: 1,
      certificationType: 0,
    },
    keySigner(testCdKey()),
  );
  return {
    paa: { certificate: paa, key: keys.paa },
    pai: { certificate: pai, key: keys.pai },
    dac: { certificate: dac, key: keys.dac },
    cd,
    attestation: {
      dac: dac.der,
      dacKey: keys.dac.raw,
      dacPublicKey: keys.dac.publicKey,
      pai: pai.der,
      certificationDeclaration: cd.der,
    },
  };
}
