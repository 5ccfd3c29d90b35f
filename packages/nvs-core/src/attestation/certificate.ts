/** X.509 certificates (RFC 5280, 4.1) of the attestation chain: DAC, PAI and PAA. */
import { attestationErrors } from '../errors/attestation';
import { type Where, within } from '../errors/factory-error';
import { findKeyAlgorithm, findSignatureAlgorithm, type KeyAlgorithm, keyAlgorithmName } from './algorithms';
import { type CredentialBlock, certificateBlocks, parseCredentialBlock } from './credential-file';
import { contextTag, type DerNode, DerReader, type Deviation, decodeDer, firstValue, TAG } from './der';
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
  /** Whether the file has the point in its compressed form, which attestation forbids. */
  readonly isCompressed?: true;
}

/** A parsed certificate: only its structure is checked. */
export interface Certificate extends ExtensionValues {
  /** The whole certificate. */
  readonly der: Uint8Array;
  /** Length of the file, with what follows the certificate. */
  readonly length: number;
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
  /** What is not as it must be encoded, though commissioners read it. */
  readonly deviations: readonly Deviation[];
}

/** notAfter of a certificate without "well-defined expiration" (RFC 5280, 4.1.2.5). */
export const NO_EXPIRY = new Date(Date.UTC(9999, 11, 31, 23, 59, 59));

const WHAT = 'certificate';
const NOTHING = new Uint8Array(0);

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
 * Reads one certificate from PEM or DER as commissioners do, who overlook some deviations from DER.
 * Errors: those of parseAnyCertificate.
 */
export function readCertificate(data: Uint8Array): Certificate {
  const { value, rest } = firstValue(data, WHAT);
  const deviations: Deviation[] = rest === undefined ? [] : [{ error: rest, effect: 'none' }];
  const length = rest === undefined ? undefined : data.length;
  return decodeCertificate(parseCredentialBlock(value, WHAT), deviations, length);
}

/**
 * Parses every certificate of a file (one DER, or any number of PEM blocks), with keys of any algorithm, as
 * commissioners do. Errors: those of parseCertificate for the file and its structure.
 */
export function parseCertificates(data: Uint8Array, where: Where = {}): Certificate[] {
  return within(where, () => {
    const { value, rest } = firstValue(data, WHAT);
    if (rest !== undefined && data[0] === TAG.sequence) return [readCertificate(data)];
    return certificateBlocks(value).map((block) => decodeCertificate(block, []));
  });
}

/** Errors: attestation.key-algorithm-unsupported, attestation.public-key-invalid. */
export function supportedAlgorithm(
  { algorithm, name, data, isCompressed }: SubjectPublicKey,
  what: string,
): KeyAlgorithm {
  if (algorithm === undefined)
    throw attestationErrors.error('attestation.key-algorithm-unsupported', { what, algorithm: name });
  if (isCompressed || !algorithm.isPublicKey(data))
    throw attestationErrors.error('attestation.public-key-invalid', { what });
  return algorithm;
}

/** Whether the issuer's key signed a certificate; also false if an algorithm is not supported. */
export function isSignedBy(certificate: Certificate, issuer: SubjectPublicKey): boolean {
  const algorithm = findSignatureAlgorithm(certificate.signatureOid);
  if (algorithm === undefined || issuer.algorithm?.signature !== algorithm) return false;
  return algorithm.verifyData(certificate.signature, certificate.signed, issuer.data);
}

/** With a list for them, deviations are no errors; `length` is that of the file, where it has more than the value. */
function decodeCertificate({ der }: CredentialBlock, deviations?: Deviation[], length?: number): Certificate {
  const reader = new DerReader(WHAT, deviations);
  const [signed, algorithm, signature] = partsOf(reader, decodeDer(der, WHAT), 3);
  const fields = [...reader.children(signed, TAG.sequence, 'the signed part')];
  const take = (tag: number): DerNode | undefined => (fields[0]?.tag === tag ? fields.shift() : undefined);
  const version = take(contextTag(0, true))?.children[0];
  const serialNumber = reader.content(fields.shift(), TAG.integer, 'the serial number');
  const innerAlgorithm = fields.shift();
  algorithmOid(reader, innerAlgorithm);
  const issuer = decodeName(fields.shift(), reader);
  const validity = reader.children(fields.shift(), TAG.sequence, 'the validity');
  const subject = decodeName(fields.shift(), reader);
  const publicKey = decodePublicKey(fields.shift(), reader);
  for (const number of [1, 2]) {
    const id = take(contextTag(number, false));
    if (id !== undefined && (id.content[0] ?? 8) > 7) throw reader.fail('a unique identifier is malformed');
  }
  const wrapped = take(contextTag(3, true));
  const [list, more] = wrapped?.children ?? [];
  if (more !== undefined) throw reader.fail('it has something after its extensions');
  if (fields.length > 0) throw reader.fail('it has unexpected parts at its end');
  const extensions = list === undefined ? [] : decodeExtensions(list, reader);
  const signatureOid = algorithmOid(reader, algorithm);
  if (Buffer.compare(algorithm?.encoded ?? NOTHING, innerAlgorithm?.encoded ?? NOTHING) !== 0)
    reader.deviate(reader.fail('it names two different signature algorithms'), 'signature');
  if (serialNumber.length === 0) throw reader.fail('the serial number is empty');

  return {
    der,
    length: length ?? der.length,
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
    ...decodeExtensionValues(extensions, reader),
    ids: matterIdsOf(subject),
    deviations: deviations ?? [],
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
export function decodePublicKey(node: DerNode | undefined, reader: DerReader): SubjectPublicKey {
  const [algorithm, key, more] = reader.children(node, TAG.sequence, 'the public key');
  if (more !== undefined) throw reader.fail('its public key has three parts');
  const oid = algorithmOid(reader, algorithm);
  const parameters = algorithm?.children[1];
  const parametersOid =
    parameters?.tag === TAG.oid ? reader.oid(parameters, 'the parameters of the public key') : undefined;
  const data = reader.bytes(key, 'the public key');
  const known = findKeyAlgorithm(oid, parametersOid);
  const uncompressed = known?.decompress(data);
  return {
    oid,
    parametersOid,
    algorithm: known,
    name: keyAlgorithmName(oid, parametersOid),
    data: uncompressed ?? data,
    ...(uncompressed === undefined ? {} : { isCompressed: true }),
  };
}
