/** Private keys: SEC 1 (RFC 5915), PKCS#8 (RFC 5958), plain and encrypted (RFC 8018), PEM and DER. */
import { decryptPrivateKey, type PrivateKeyFormat } from '../crypto/private-key';
import { attestationErrors } from '../errors/attestation';
import { cryptoErrors } from '../errors/crypto';
import { type Where, within } from '../errors/factory-error';
import {
  DEFAULT_KEY_ALGORITHM,
  findKeyAlgorithm,
  type KeyAlgorithm,
  keyAlgorithmName,
  type PublicKey,
} from './algorithms';
import type { Certificate } from './certificate';
import { type CredentialBlock, parseCredentialBlock } from './credential-file';
import { contextTag, type DerNode, DerReader, decodeDer, TAG } from './der';

/** A private key with its public key. */
export interface PrivateKey extends PublicKey {
  /** The secret: for P-256 the scalar, 32 bytes big-endian. */
  readonly raw: Uint8Array;
}

const WHAT = 'private key';
const OID_PBES2 = '1.2.840.113549.1.5.13';
const OID_PBKDF2 = '1.2.840.113549.1.5.12';
const OID_SCRYPT = '1.3.6.1.4.1.11591.4.11';
const CIPHERS: readonly string[] = [
  '2.16.840.1.101.3.4.1.2', // aes128-CBC
  '2.16.840.1.101.3.4.1.22', // aes192-CBC
  '2.16.840.1.101.3.4.1.42', // aes256-CBC
  '1.2.840.113549.3.7', // des-ede3-cbc
];
/** A derivation beyond these limits takes minutes or exhausts memory. */
const MAX_ITERATIONS = 10_000_000;
const MAX_SCRYPT_MEMORY = 32 * 1024 * 1024;

/**
 * Parses one private key: PEM or DER, SEC 1 or PKCS#8, plain or encrypted.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid, key-algorithm-unsupported, key-format-unsupported, private-key-invalid; crypto.passphrase-missing, passphrase-wrong,
 * key-encryption-unsupported.
 */
export function parsePrivateKey(
  data: Uint8Array,
  options: { readonly passphrase?: string; readonly where?: Where } = {},
): PrivateKey {
  return within(options.where ?? {}, () => {
    const block = parseCredentialBlock(data, WHAT, 'encrypted private key');
    const isEncrypted = block.kind === 'encrypted private key';
    assertKeyFormat(block);
    const der = isEncrypted ? decrypt(block, options.passphrase) : block.der;
    try {
      return decodePrivateKey(der);
    } finally {
      // A copy, decoded from PEM or decrypted, not the caller's own bytes.
      if (der !== data) der.fill(0);
    }
  });
}

/** Errors: attestation.key-format-unsupported, attestation.key-algorithm-unsupported. */
function assertKeyFormat({ name = '', der, text }: CredentialBlock): void {
  const isOther = name.startsWith('OpenSSH') || name.startsWith('PuTTY');
  if (!isOther && !name.startsWith('DSA')) return;
  if (text !== undefined) der.fill(0);
  throw isOther
    ? attestationErrors.error('attestation.key-format-unsupported', { format: name })
    : unsupported('DSA');
}

/** The key pair of a private scalar. Errors: attestation.private-key-invalid. */
export function createPrivateKey(
  raw: Uint8Array,
  algorithm: KeyAlgorithm = DEFAULT_KEY_ALGORITHM,
): PrivateKey {
  if (!algorithm.isPrivateKey(raw)) throw invalid(`it is not a valid ${algorithm.name} key`);
  return { algorithm, raw, publicKey: algorithm.publicKeyOf(raw) };
}

/**
 * A private key as DER with its public key, which the caller wipes; SEC 1 also names the curve, and is exactly 121 bytes
 * for P-256.
 */
export function encodePrivateKey(
  { algorithm, raw, publicKey }: PrivateKey,
  format: PrivateKeyFormat,
): Uint8Array {
  return algorithm.encodePrivateKey(raw, publicKey, format);
}

/** A private key as PEM text, PKCS#8 by default. */
export function encodePrivateKeyPem(
  { algorithm, raw, publicKey }: PrivateKey,
  format: PrivateKeyFormat = 'pkcs8',
): string {
  return algorithm.encodePrivateKeyPem(raw, publicKey, format);
}

/** Returns the key if it is the certificate's. Errors: attestation.key-mismatch. */
export function assertKeyBelongs(certificate: Certificate, key: PrivateKey, subject = 'DAC'): PrivateKey {
  if (Buffer.compare(certificate.publicKey.data, key.publicKey) !== 0)
    throw attestationErrors.error('attestation.key-mismatch', { subject });
  return key;
}

function invalid(reason: string) {
  return attestationErrors.error('attestation.private-key-invalid', { reason });
}

function decodePrivateKey(der: Uint8Array): PrivateKey {
  const reader = new DerReader(WHAT);
  const parts = reader.children(decodeDer(der, WHAT), TAG.sequence, 'the outermost value');
  const [, second, third] = parts;
  if (second?.tag === TAG.octetString) return decodeSec1(reader, parts, undefined);
  if (second?.tag === TAG.sequence) {
    const [type, parameters] = second.children;
    const typeOid = reader.oid(type, 'the algorithm of the key');
    const parametersOid =
      parameters?.tag === TAG.oid ? reader.oid(parameters, 'the parameters of the key') : undefined;
    const algorithm = supported(typeOid, parametersOid);
    const inner = decodeDer(reader.content(third, TAG.octetString, 'the key'), WHAT);
    return decodeSec1(reader, reader.children(inner, TAG.sequence, 'the key'), algorithm);
  }
  if (parts.length >= 9) throw unsupported('RSA');
  throw reader.fail('it is neither SEC 1 nor PKCS#8');
}

/** ECPrivateKey; the algorithm is given by the enclosing PKCS#8 (`outer`) or by its own parameters. */
function decodeSec1(
  reader: DerReader,
  parts: readonly DerNode[],
  outer: KeyAlgorithm | undefined,
): PrivateKey {
  const optional = (number: number) => parts.slice(2).find(({ tag }) => tag === contextTag(number, true));
  if (reader.integer(parts[0], 'the version') !== 1) throw reader.fail('its version is not 1');
  const secret = reader.content(parts[1], TAG.octetString, 'the secret');
  const [parameters] = optional(0)?.children ?? [];
  const named =
    parameters?.tag === TAG.oid
      ? supported(DEFAULT_KEY_ALGORITHM.oid, reader.oid(parameters, 'the curve'))
      : outer;
  if (named === undefined) throw unsupported('on a curve that is not named');
  if (outer !== undefined && named !== outer) throw reader.fail('it names two different algorithms');
  const key = createPrivateKey(secret, named);
  const [point] = optional(1)?.children ?? [];
  if (point !== undefined && !isPointOf(key, reader.bytes(point, 'the public key')))
    throw invalid('the public key inside it belongs to another key');
  // Copied last, when nothing can fail any more: the source is wiped, or belongs to the caller.
  return { ...key, raw: secret.slice() };
}

/** The point in a key may be compressed. */
function isPointOf({ publicKey }: PrivateKey, point: Uint8Array): boolean {
  const compressed = Uint8Array.of(2 + ((publicKey.at(-1) ?? 0) & 1), ...publicKey.subarray(1, 33));
  return [publicKey, compressed].some((form) => Buffer.compare(form, point) === 0);
}

function supported(typeOid: string, parametersOid: string | undefined): KeyAlgorithm {
  const algorithm = findKeyAlgorithm(typeOid, parametersOid);
  if (algorithm === undefined) throw unsupported(keyAlgorithmName(typeOid, parametersOid));
  return algorithm;
}

function unsupported(algorithm: string) {
  return attestationErrors.error('attestation.key-algorithm-unsupported', { what: 'file', algorithm });
}

function decrypt(block: CredentialBlock, passphrase: string | undefined): Uint8Array {
  if (passphrase === undefined || passphrase === '')
    throw cryptoErrors.error('crypto.passphrase-missing', {});
  const isOldStyle = block.der.length === 0 && block.text !== undefined;
  assertSupportedEncryption(isOldStyle ? oldStyleCipher(block.text ?? '') : pkcs8Cipher(block.der));
  return decryptPrivateKey(isOldStyle ? (block.text ?? '') : block.der, passphrase);
}

/** Throws if the name of an unsupported scheme is given. Errors: crypto.key-encryption-unsupported. */
function assertSupportedEncryption(unsupportedName: string | undefined): void {
  if (unsupportedName !== undefined)
    throw cryptoErrors.error('crypto.key-encryption-unsupported', { algorithm: unsupportedName });
}

function oldStyleCipher(text: string): string | undefined {
  const [, name = 'an unnamed cipher'] = /^DEK-Info: *([^,\s]+)/m.exec(text) ?? [];
  return /^(AES-(128|192|256)-CBC|DES-EDE3-CBC)$/.test(name) ? undefined : name;
}

/** The unsupported part of an EncryptedPrivateKeyInfo's scheme, if any. */
function pkcs8Cipher(der: Uint8Array): string | undefined {
  const reader = new DerReader('encrypted private key');
  const [scheme] = reader.children(decodeDer(der, WHAT), TAG.sequence, 'the outermost value');
  const [type, parameters] = reader.children(scheme, TAG.sequence, 'the encryption scheme');
  const schemeOid = reader.oid(type, 'the encryption scheme');
  if (schemeOid !== OID_PBES2) return `the scheme ${schemeOid}`;
  const [derivation, cipher] = reader.children(parameters, TAG.sequence, 'the encryption parameters');
  const [derivationType, derivationParameters] = reader.children(
    derivation,
    TAG.sequence,
    'the key derivation',
  );
  const derivationOid = reader.oid(derivationType, 'the key derivation');
  const values = reader.children(derivationParameters, TAG.sequence, 'the derivation parameters');
  const number = (index: number) => reader.integer(values[index], 'a derivation parameter');
  if (derivationOid === OID_PBKDF2) {
    if (number(1) > MAX_ITERATIONS) return `PBKDF2 with ${number(1)} iterations`;
  } else if (derivationOid === OID_SCRYPT) {
    if (128 * number(1) * number(2) > MAX_SCRYPT_MEMORY || number(3) > 16)
      return 'scrypt with huge parameters';
  } else {
    return `the key derivation ${derivationOid}`;
  }
  const cipherOid = reader.oid(reader.children(cipher, TAG.sequence, 'the cipher')[0], 'the cipher');
  return CIPHERS.includes(cipherOid) ? undefined : `the cipher ${cipherOid}`;
}
