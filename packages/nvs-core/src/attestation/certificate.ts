/** X.509 certificates (RFC 5280, 4.1) of the attestation chain: DAC, PAI and PAA. */
import { attestationErrors } from '../errors/attestation';
import { type Where, within } from '../errors/factory-error';
import { findKeyAlgorithm, findSignatureAlgorithm, type KeyAlgorithm, keyAlgorithmName } from './algorithms';
import { type CredentialBlock, certificateBlocks, parseCredentialBlock } from './credential-file';
import { contextTag, type DerNode, DerReader, decodeDer, TAG } from './der';
import { decodeExtensions, decodeExtensionValues, type Extension, type ExtensionValues } from './extensions';
import { decodeName, type MatterIds, matterIdsOf, type Name } from './name';

/** The public key in a certificate or request. */
export interface SubjectPublicKey {
  readonly oid: string;
  readonly parametersOid?: string | undefined;
  /** The algorithm, if supported. */
  readonly algorithm?: KeyAlgorithm | undefined;
  /** "P-256", "RSA" ... */
  readonly name: string;
  /** Content of the bit string: for P-256 the uncompressed point of 65 bytes. */
  readonly data: Uint8Array;
}

/** A parsed certificate: only its structure is checked. */
export interface Certificate extends ExtensionValues {
  /** The whole certificate. */
  readonly der: Uint8Array;
  /** The part that is signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Object identifier of the signature algorithm. */
  readonly signatureOid: string;
  /** 3 for X.509 v3. */
  readonly version: number;
  /** Big-endian content of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: SubjectPublicKey;
  readonly extensions: readonly Extension[];
  /** Ids of the subject, in either encoding. */
  readonly ids: MatterIds;
}

/** notAfter of a certificate without "well-defined expiration" (RFC 5280, 4.1.2.5). */
export const NO_EXPIRY = new Date(Date.UTC(9999, 11, 31, 23, 59, 59));

const WHAT = 'certificate';

/**
 * Parses one certificate from PEM or DER, without checking its algorithms.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid.
 */
export function parseAnyCertificate(data: Uint8Array, where: Where = {}): Certificate {
  return within(where, () => decodeCertificate(parseCredentialBlock(data, WHAT)));
}

/**
 * Parses one certificate with a supported key (P-256) from PEM or DER; checkAttestation checks the profile rules.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed, structure-invalid,
 * key-algorithm-unsupported, public-key-invalid.
 */
export function parseCertificate(data: Uint8Array, where: Where = {}): Certificate {
  return within(where, () => {
    const certificate = parseAnyCertificate(data);
    supportedAlgorithm(certificate.publicKey, WHAT);
    return certificate;
  });
}

/**
 * Parses every certificate of a file (one DER, or any number of PEM blocks), with keys of any algorithm.
 * Errors: those of parseCertificate for the file and its structure.
 */
export function parseCertificates(data: Uint8Array, where: Where = {}): Certificate[] {
  return within(where, () => certificateBlocks(data).map(decodeCertificate));
}

/** Errors: attestation.key-algorithm-unsupported, attestation.public-key-invalid. */
export function supportedAlgorithm({ algorithm, name, data }: SubjectPublicKey, what: string): KeyAlgorithm {
  if (algorithm === undefined)
    throw attestationErrors.error('attestation.key-algorithm-unsupported', { what, algorithm: name });
  if (!algorithm.isPublicKey(data)) throw attestationErrors.error('attestation.public-key-invalid', { what });
  return algorithm;
}

/** Whether the issuer's key signed a certificate; also false if an algorithm is not supported. */
export function isSignedBy(certificate: Certificate, issuer: SubjectPublicKey): boolean {
  const algorithm = findSignatureAlgorithm(certificate.signatureOid);
  if (algorithm === undefined || issuer.algorithm?.signature !== algorithm) return false;
  return algorithm.verifyData(certificate.signature, certificate.signed, issuer.data);
}

function decodeCertificate({ der }: CredentialBlock): Certificate {
  const reader = new DerReader(WHAT);
  const [signed, algorithm, signature] = partsOf(reader, decodeDer(der, WHAT), 3);
  const fields = [...reader.children(signed, TAG.sequence, 'the signed part')];
  const take = (tag: number): DerNode | undefined => (fields[0]?.tag === tag ? fields.shift() : undefined);
  const version = take(contextTag(0, true))?.children[0];
  const serialNumber = reader.content(fields.shift(), TAG.integer, 'the serial number');
  const innerAlgorithm = algorithmOid(reader, fields.shift());
  const issuer = decodeName(fields.shift(), WHAT);
  const validity = reader.children(fields.shift(), TAG.sequence, 'the validity');
  const subject = decodeName(fields.shift(), WHAT);
  const publicKey = decodePublicKey(fields.shift(), WHAT);
  take(contextTag(1, false));
  take(contextTag(2, false));
  const list = take(contextTag(3, true))?.children[0];
  if (fields.length > 0) throw reader.fail('it has unexpected parts at its end');
  const extensions = list === undefined ? [] : decodeExtensions(list, WHAT);
  const signatureOid = algorithmOid(reader, algorithm);
  if (signatureOid !== innerAlgorithm) throw reader.fail('it names two different signature algorithms');
  if (serialNumber.length === 0) throw reader.fail('the serial number is empty');

  return {
    der,
    signed: signed?.encoded ?? new Uint8Array(0),
    signature: reader.bytes(signature, 'the signature'),
    signatureOid,
    version: version === undefined ? 1 : reader.integer(version, 'the version') + 1,
    serialNumber,
    issuer,
    subject,
    notBefore: reader.time(validity[0], 'notBefore'),
    notAfter: reader.time(validity[1], 'notAfter'),
    publicKey,
    extensions,
    ...decodeExtensionValues(extensions, WHAT),
    ids: matterIdsOf(subject),
  };
}

function partsOf(reader: DerReader, node: DerNode, count: number): readonly DerNode[] {
  const parts = reader.children(node, TAG.sequence, 'the outermost value');
  if (parts.length !== count) throw reader.fail(`it has ${parts.length} parts, not ${count}`);
  return parts;
}

/** The object identifier of an AlgorithmIdentifier. */
export function algorithmOid(reader: DerReader, node: DerNode | undefined): string {
  const [type] = reader.children(node, TAG.sequence, 'an algorithm');
  return reader.oid(type, 'the object identifier of an algorithm');
}

/** SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 5480). */
export function decodePublicKey(node: DerNode | undefined, what: string): SubjectPublicKey {
  const reader = new DerReader(what);
  const [algorithm, key] = reader.children(node, TAG.sequence, 'the public key');
  const oid = algorithmOid(reader, algorithm);
  const parameters = algorithm?.children[1];
  const parametersOid =
    parameters?.tag === TAG.oid ? reader.oid(parameters, 'the parameters of the public key') : undefined;
  return {
    oid,
    parametersOid,
    algorithm: findKeyAlgorithm(oid, parametersOid),
    name: keyAlgorithmName(oid, parametersOid),
    data: reader.bytes(key, 'the public key'),
  };
}
