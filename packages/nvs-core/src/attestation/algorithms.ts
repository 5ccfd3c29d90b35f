/**
 * The key and signature algorithms, which all other code takes as values. The current attestation profile is ECDSA with SHA-256 on P-256 (Matter Core specification, 6.2.2; RFC 5480, RFC 5758).
 */
import {
  createP256PrivateKey,
  p256SignatureToDer,
  signP256,
  verifyP256,
  verifyP256Data,
} from '../crypto/ecdsa';
import { sha256 } from '../crypto/hash';
import {
  isP256Point,
  isP256Scalar,
  P256_SCALAR_LENGTH,
  p256Decompress,
  p256MultiplyBase,
} from '../crypto/p256';
import { encodeP256PrivateKey, encodeP256PrivateKeyPem, type PrivateKeyFormat } from '../crypto/private-key';
import type { RandomBytes } from '../crypto/random';

/** A key algorithm, as certificates, requests and declarations use it. */
export interface KeyAlgorithm {
  readonly name: string;
  /** Object identifiers of the key type and of its parameters, if it has any. */
  readonly oid: string;
  readonly parametersOid: string;
  readonly privateKeyLength: number;
  isPrivateKey(data: Uint8Array): boolean;
  isPublicKey(data: Uint8Array): boolean;
  /** The uncompressed form of a compressed public key; undefined for anything else. */
  decompress(data: Uint8Array): Uint8Array | undefined;
  publicKeyOf(privateKey: Uint8Array): Uint8Array;
  createPrivateKey(random: RandomBytes): Uint8Array;
  /** DER including the public key; the caller wipes it. */
  encodePrivateKey(privateKey: Uint8Array, publicKey: Uint8Array, format: PrivateKeyFormat): Uint8Array;
  /** The same encoding as PEM. */
  encodePrivateKeyPem(privateKey: Uint8Array, publicKey: Uint8Array, format: PrivateKeyFormat): string;
  /** The algorithm with which these keys sign. */
  readonly signature: SignatureAlgorithm;
}

/** A public key with its algorithm, such as one to certify. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  /** For P-256 the uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
}

/** A signature algorithm. */
export interface SignatureAlgorithm {
  readonly name: string;
  readonly oid: string;
  readonly digestName: string;
  readonly digestOid: string;
  digest(data: Uint8Array): Uint8Array;
  sign(digest: Uint8Array, privateKey: Uint8Array): Promise<Uint8Array>;
  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): Promise<boolean>;
  /** Verifies the signature of the data itself, which is much faster. */
  verifyData(signature: Uint8Array, data: Uint8Array, publicKey: Uint8Array): boolean;
  /** Converts the raw signature of hardware modules to the form used in certificates; undefined if invalid. */
  fromRaw(raw: Uint8Array): Promise<Uint8Array | undefined>;
}

export const ECDSA_WITH_SHA256: SignatureAlgorithm = {
  name: 'ecdsa-with-SHA256',
  oid: '1.2.840.10045.4.3.2',
  digestName: 'SHA-256',
  digestOid: '2.16.840.1.101.3.4.2.1',
  digest: sha256,
  sign: signP256,
  verify: verifyP256,
  verifyData: verifyP256Data,
  fromRaw: p256SignatureToDer,
};

export const P256: KeyAlgorithm = {
  name: 'P-256',
  oid: '1.2.840.10045.2.1',
  parametersOid: '1.2.840.10045.3.1.7',
  privateKeyLength: P256_SCALAR_LENGTH,
  isPrivateKey: isP256Scalar,
  isPublicKey: isP256Point,
  decompress: p256Decompress,
  publicKeyOf: p256MultiplyBase,
  createPrivateKey: createP256PrivateKey,
  encodePrivateKey: encodeP256PrivateKey,
  encodePrivateKeyPem: encodeP256PrivateKeyPem,
  signature: ECDSA_WITH_SHA256,
};

/** The algorithm of generated keys. */
export const DEFAULT_KEY_ALGORITHM = P256;

const KEY_ALGORITHMS: readonly KeyAlgorithm[] = [P256];

/** The key algorithm of an algorithm identifier, if supported. */
export function findKeyAlgorithm(oid: string, parametersOid: string | undefined): KeyAlgorithm | undefined {
  return KEY_ALGORITHMS.find((known) => known.oid === oid && known.parametersOid === parametersOid);
}

/** The signature algorithm of an object identifier, if supported. */
export function findSignatureAlgorithm(oid: string): SignatureAlgorithm | undefined {
  return KEY_ALGORITHMS.map((known) => known.signature).find((known) => known.oid === oid);
}

/** Names for messages, including unsupported algorithms. */
const NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.10045.2.1': 'elliptic curve',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '1.3.101.110': 'X25519',
  '1.3.101.112': 'Ed25519',
};

/** A readable name of an algorithm's object identifier. */
export function algorithmName(oid: string): string {
  return NAMES[oid] ?? oid;
}

/** A readable name of a key's algorithm; the curve for an elliptic curve key. */
export function keyAlgorithmName(oid: string, parametersOid: string | undefined): string {
  return oid === P256.oid && parametersOid !== undefined ? algorithmName(parametersOid) : algorithmName(oid);
}
