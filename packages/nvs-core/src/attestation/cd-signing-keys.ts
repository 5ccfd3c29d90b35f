/**
 * Public keys that sign Certification Declarations and that commissioners know: the official ones of the CSA, and
 * the public test key, whose private key is published in the Matter SDK. (Public facts: subject key identifier
 * and point of each certificate in the SDK's DefaultDeviceAttestationVerifier.)
 */
import { fromHex } from '../bytes/text';
import { sha1 } from '../crypto/hash';

/** A key that may sign declarations. */
export interface CdSigner {
  readonly name: string;
  /** Subject key identifier, 20 bytes. */
  readonly keyId: Uint8Array;
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** test: the SDK's public test key; official: the CSA's; given: from a certificate that the user supplies. */
  readonly origin: 'test' | 'official' | 'given';
}

const POINTS: readonly (readonly [string, CdSigner['origin'], string])[] = [
  [
    'Matter Test CD Signing Authority',
    'test',
    '043c398922452b55caf389c25bd1bca4656952ccb90e8869249ad8474653014cbf95d687965e036b521c51037e6b8cedefca1eb44046694fa08882eed6519decba',
  ],
  [
    'Certification Declaration Signing Key 001',
    'official',
    '04cdeee93e44f8b72be3d1a9c07e21968b9afff3b403f05e1669d7b1e5caee6fc7714b42e7e23695e92cd7635473a280ae688f37bb9489e11629b9b94ff7b09929',
  ],
  [
    'Certification Declaration Signing Key 002',
    'official',
    '04031937e8f94251045df27457bb46253ee3754e8c12ae28557d8027b9d4c356d91b408cff32275017b25f8c8ba20516d5c83af2b724128013dfcc8f95d200a90b',
  ],
  [
    'Certification Declaration Signing Key 003',
    'official',
    '049f575cd5fdb7521f10a4df31f073912b614728f2d37f5b6b96bc2cbf7c0b119690577d555d21a09660a8b082a339ea530f7a812d8693b56fd764185fabcd32f5',
  ],
  [
    'Certification Declaration Signing Key 004',
    'official',
    '047cfc8d8810a89cf4fa191778f2afec78f8517a97a3e57fc213bad888e3611e74ffb684bdeba8a68b25234a5c358f373bab9b6d304e1306dd7620a528d1161c0b',
  ],
  [
    'Certification Declaration Signing Key 005',
    'official',
    '04438a52c662a2a6d72647f95eb753136ee4ae0fdb3aa9c16931426b3d0867f9103ae7d7a1b887e9f813a6f26f76bbcda93593787c12778ca8f2975dc45a2042f9',
  ],
];

/** Key identifier of a public key: SHA-1 of the bits of the key (RFC 5280, 4.2.1.2, method 1). */
export function keyIdOf(publicKey: Uint8Array): Uint8Array {
  return sha1(publicKey);
}

/** The signers built into the SDK's commissioner. */
export const KNOWN_CD_SIGNERS: readonly CdSigner[] = POINTS.map(([name, origin, point]) => {
  const publicKey = fromHex(point);
  return { name, origin, publicKey, keyId: keyIdOf(publicKey) };
});

/** The known signer with a public key. */
export function knownCdSigner(publicKey: Uint8Array): CdSigner | undefined {
  return KNOWN_CD_SIGNERS.find((signer) => Buffer.compare(signer.publicKey, publicKey) === 0);
}
