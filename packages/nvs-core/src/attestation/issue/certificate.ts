/** Issues PAA, PAI and DAC certificates (Matter Core specification, 6.2.2), as chip-cert's gen-att-cert does. */
import type { RandomBytes } from '../../crypto/random';
import { attestationErrors } from '../../errors/attestation';
import type { PublicKey } from '../algorithms';
import { type Certificate, NO_EXPIRY, parseAnyCertificate } from '../certificate';
import { MAX_CERTIFICATE_LENGTH } from '../check-certificate';
import { keyIdOf } from '../known-cd-signers';
import { loadAsn1Writer } from './asn1';
import {
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoint,
  keyUsage,
  subjectKeyIdentifier,
} from './extensions';
import { createName } from './name';
import { assertNames, type NameOptions } from './name-options';
import { optionInvalid } from './option-invalid';
import { publicKeyInfo } from './public-key';
import { type Signer, signWith } from './signer';

/** An issuing certificate with the signer of its key. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** Options of every certificate; times are whole seconds. */
export interface CertificateOptions extends NameOptions {
  readonly random: RandomBytes;
  readonly notBefore: Date;
  /** End of validity; by default no well-defined expiry (9999-12-31 23:59:59 UTC). */
  readonly notAfter?: Date;
  /** Big-endian, positive, at least 8 bytes; random by default. */
  readonly serialNumber?: Uint8Array;
  /** URI of the revocation lists. */
  readonly crlUri?: string;
  /** Certificate of the signer of the revocation lists, if not the issuer of this certificate. */
  readonly crlIssuer?: Certificate;
}

/** A self-signed PAA, with or without a vendor id. Errors: attestation.issue-option-invalid, signer-answer-invalid. */
export async function issuePaa(
  options: Omit<CertificateOptions, 'productId'> & { readonly signer: Signer },
): Promise<Certificate> {
  return issueSelfSigned(options);
}

/**
 * A PAI, with a vendor id (the PAA's, if that has one), and with or without a product id.
 * Errors: attestation.issue-option-invalid, key-mismatch, signer-answer-invalid.
 */
export async function issuePai(
  options: CertificateOptions & {
    readonly vendorId: number;
    readonly paa: Issuer;
    readonly publicKey: PublicKey;
  },
): Promise<Certificate> {
  const { paa, vendorId } = options;
  const paaVendorId = paa.certificate.ids.vendorId;
  if (paaVendorId !== undefined && paaVendorId !== vendorId)
    throw optionInvalid('vendorId', 'it is not the vendor id of the PAA');
  return issueUnder(options, paa, { pathLength: 0 });
}

/**
 * A DAC, with the vendor id of its PAI, and a product id (the PAI's, if that has one).
 * Errors: attestation.issue-option-invalid, key-mismatch, signer-answer-invalid.
 */
export async function issueDac(
  options: CertificateOptions & {
    readonly vendorId: number;
    readonly productId: number;
    readonly pai: Issuer;
    readonly publicKey: PublicKey;
  },
): Promise<Certificate> {
  const { pai, vendorId, productId } = options;
  const { ids } = pai.certificate;
  if (ids.vendorId !== vendorId) throw optionInvalid('vendorId', 'it is not the vendor id of the PAI');
  if (ids.productId !== undefined && ids.productId !== productId)
    throw optionInvalid('productId', 'it is not the product id of the PAI');
  return issueUnder(options, pai, undefined);
}

/** A self-signed certificate of a key that signs Certification Declarations. Errors: those of issuePaa. */
export async function issueCdSignerCertificate(
  options: Omit<CertificateOptions, 'vendorId' | 'productId'> & { readonly signer: Signer },
): Promise<Certificate> {
  return issueSelfSigned(options);
}

interface Content {
  readonly publicKey: PublicKey;
  /** Absent if the certificate is self-signed. */
  readonly issuer?: Certificate;
  /** Key identifier of the issuer. */
  readonly akid: Uint8Array;
  readonly ca: { readonly pathLength: number } | undefined;
}

function issueSelfSigned(options: CertificateOptions & { readonly signer: Signer }): Promise<Certificate> {
  const { signer } = options;
  return issue(options, signer, {
    publicKey: signer,
    akid: keyIdOf(signer.publicKey),
    ca: { pathLength: 1 },
  });
}

async function issueUnder(
  options: CertificateOptions & { readonly publicKey: PublicKey },
  { certificate, signer }: Issuer,
  ca: Content['ca'],
): Promise<Certificate> {
  if (Buffer.compare(certificate.publicKey.data, signer.publicKey) !== 0)
    throw attestationErrors.error('attestation.key-mismatch', { subject: 'issuing certificate' });
  const akid = certificate.skid;
  if (akid === undefined) throw optionInvalid('issuer', 'its certificate has no subject key identifier');
  if (options.notBefore < certificate.notBefore || options.notBefore > certificate.notAfter)
    throw optionInvalid('notBefore', 'the issuing certificate is not valid at that time');
  return issue(options, signer, { publicKey: options.publicKey, issuer: certificate, akid, ca });
}

async function issue(options: CertificateOptions, signer: Signer, content: Content): Promise<Certificate> {
  const { publicKey, issuer, akid, ca } = content;
  const { notBefore, notAfter = NO_EXPIRY, crlUri, crlIssuer } = options;
  const names = assertNames(options);
  assertValidity(notBefore, notAfter);
  if (crlUri === undefined && crlIssuer !== undefined)
    throw optionInvalid('crlIssuer', 'it requires a crlUri');
  if (crlUri !== undefined && !/^[\x21-\x7e]+$/.test(crlUri))
    throw optionInvalid('crlUri', 'it must be printable ASCII without spaces');
  if (!publicKey.algorithm.isPublicKey(publicKey.publicKey))
    throw attestationErrors.error('attestation.public-key-invalid', { what: 'certificate to issue' });
  const serialNumber = assertSerialNumber(options.serialNumber ?? randomSerialNumber(options.random));

  const asn1 = await loadAsn1Writer();
  const { sequence, integer, oid, bitString, time, tagged, encodedSequence, encode } = asn1;
  const crlIssuerName = crlIssuer === undefined ? undefined : encodedSequence(crlIssuer.subject.der);
  const extensions = sequence(
    basicConstraints(asn1, ca !== undefined, ca?.pathLength),
    keyUsage(asn1, ca === undefined ? ['digitalSignature'] : ['keyCertSign', 'cRLSign']),
    subjectKeyIdentifier(asn1, keyIdOf(publicKey.publicKey)),
    authorityKeyIdentifier(asn1, akid),
    ...(crlUri === undefined ? [] : [crlDistributionPoint(asn1, crlUri, crlIssuerName)]),
  );
  const subject = createName(asn1, names);
  const algorithm = sequence(oid(signer.algorithm.signature.oid));
  const signed = sequence(
    tagged(0, [integer(2)]),
    integer(serialNumber),
    algorithm,
    issuer === undefined ? subject : encodedSequence(issuer.subject.der),
    sequence(time(notBefore), time(notAfter)),
    subject,
    publicKeyInfo(asn1, publicKey),
    tagged(3, [extensions]),
  );
  const signature = await signWith(signer, encode(signed));
  const der = encode(sequence(signed, algorithm, bitString(signature)));
  if (der.length > MAX_CERTIFICATE_LENGTH) {
    const reason = `the certificate is ${der.length} bytes long; at most ${MAX_CERTIFICATE_LENGTH} are allowed`;
    throw optionInvalid('commonName', reason);
  }
  return parseAnyCertificate(der);
}

function assertValidity(notBefore: Date, notAfter: Date): void {
  for (const [option, date] of Object.entries({ notBefore, notAfter })) {
    const year = date.getUTCFullYear();
    if (!(year >= 1950 && year <= 9999)) throw optionInvalid(option, 'its year must be 1950 to 9999');
  }
  if (notBefore >= notAfter) throw optionInvalid('notAfter', 'it must be after notBefore');
}

/** 16 random bytes, positive and without leading zero bytes: 126 random bits. */
function randomSerialNumber(random: RandomBytes): Uint8Array {
  const [first = 0, ...rest] = random(16);
  return Uint8Array.of(0x40 | (first & 0x3f), ...rest);
}

function assertSerialNumber(serialNumber: Uint8Array): Uint8Array {
  const start = serialNumber.findIndex((byte) => byte !== 0);
  if (serialNumber.length < 8 || serialNumber.length > 20 || start < 0 || (serialNumber[0] ?? 0) >= 0x80)
    throw optionInvalid('serialNumber', 'it must be a positive number of 8 to 20 bytes');
  return serialNumber;
}
