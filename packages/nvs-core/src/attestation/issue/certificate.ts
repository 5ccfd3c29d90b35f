/** Issues PAA, PAI and DAC certificates (Matter Core specification, 6.2.2): what chip-cert's gen-att-cert makes. */
import type { RandomBytes } from '../../crypto';
import { attestationErrors } from '../../errors';
import type { KeyAlgorithm } from '../algorithms';
import { type Certificate, NO_EXPIRY, parseCertificate } from '../certificate';
import { MAX_CERTIFICATE_LENGTH } from '../check-certificate';
import {
  bitString,
  constructed,
  contextTag,
  type DerNode,
  encodeDer,
  integer,
  oid,
  parseDer,
  sequence,
  time,
} from '../der';
import {
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoint,
  type KeyUse,
  keyUsage,
  subjectKeyIdentifier,
} from '../extensions';
import { keyIdOf } from '../known-cd-signers';
import { createName, hex4, type NameOptions } from '../name';
import { type Signer, signWith } from './signer';

const MAX_COMMON_NAME_LENGTH = 64;

/** A public key that a certificate is issued for. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: Uint8Array;
}

/** An issuing certificate with the signer of its key. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** What every certificate takes; times are whole seconds. */
export interface CertificateOptions extends NameOptions {
  readonly random: RandomBytes;
  readonly notBefore: Date;
  /** End of validity; without it there is no well-defined expiry (9999-12-31 23:59:59 UTC). */
  readonly notAfter?: Date;
  /** Big-endian, positive, at least 8 bytes; drawn at random unless given. */
  readonly serialNumber?: Uint8Array;
  /** Where revocation lists are found. */
  readonly crlUri?: string;
  /** Certificate of who signs the revocation lists, if not the issuer of this certificate. */
  readonly crlIssuer?: Certificate;
}

/** A self-signed PAA, with or without a vendor id. Errors: attestation.issue-option-invalid, signer-answer-invalid. */
export async function issuePaa(
  options: Omit<CertificateOptions, 'productId'> & { readonly signer: Signer },
): Promise<Certificate> {
  const subject = createName(checkNames(options));
  return issue(options, options.signer, {
    publicKey: options.signer,
    subject,
    issuer: subject,
    akid: keyIdOf(options.signer.publicKey),
    ca: { pathLength: 1 },
  });
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

/** A certificate that names its key as one to sign Certification Declarations, self-signed. */
export async function issueCdSignerCertificate(
  options: Omit<CertificateOptions, 'vendorId' | 'productId'> & { readonly signer: Signer },
): Promise<Certificate> {
  const subject = createName(checkNames(options));
  const akid = keyIdOf(options.signer.publicKey);
  return issue(options, options.signer, {
    publicKey: options.signer,
    subject,
    issuer: subject,
    akid,
    ca: { pathLength: 1 },
  });
}

interface Content {
  readonly publicKey: PublicKey;
  readonly subject: DerNode;
  readonly issuer: DerNode;
  readonly akid: Uint8Array;
  readonly ca: { readonly pathLength: number } | undefined;
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
  return issue(options, signer, {
    publicKey: options.publicKey,
    subject: createName(checkNames(options)),
    issuer: parseDer(certificate.subject.der, 'issuer'),
    akid,
    ca,
  });
}

async function issue(
  options: Omit<CertificateOptions, keyof NameOptions>,
  signer: Signer,
  { publicKey, subject, issuer, akid, ca }: Content,
): Promise<Certificate> {
  const { notBefore, notAfter = NO_EXPIRY, crlUri, crlIssuer } = options;
  const crlIssuerName = crlIssuer === undefined ? undefined : parseDer(crlIssuer.subject.der, 'CRL issuer');
  if (crlUri === undefined && crlIssuer !== undefined)
    throw optionInvalid('crlIssuer', 'it comes with a crlUri');
  if (!(notBefore < notAfter)) throw optionInvalid('notAfter', 'it does not come after notBefore');
  if (!publicKey.algorithm.isPublicKey(publicKey.publicKey))
    throw attestationErrors.error('attestation.public-key-invalid', { what: 'certificate to issue' });
  const uses: readonly KeyUse[] = ca === undefined ? ['digitalSignature'] : ['keyCertSign', 'cRLSign'];
  const extensions = sequence(
    basicConstraints(ca !== undefined, ca?.pathLength),
    keyUsage(uses),
    subjectKeyIdentifier(keyIdOf(publicKey.publicKey)),
    authorityKeyIdentifier(akid),
    ...(crlUri === undefined ? [] : [crlDistributionPoint(crlUri, crlIssuerName)]),
  );
  const algorithm = sequence(oid(signer.algorithm.signature.oid));
  const signed = sequence(
    constructed(contextTag(0, true), integer(2)),
    integer(checkSerialNumber(options.serialNumber ?? drawSerialNumber(options.random))),
    algorithm,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    subject,
    publicKeyInfo(publicKey),
    constructed(contextTag(3, true), extensions),
  );
  const signature = await signWith(signer, encodeDer(signed));
  const der = encodeDer(sequence(signed, algorithm, bitString(signature)));
  if (der.length > MAX_CERTIFICATE_LENGTH) {
    const reason = `the certificate is ${der.length} bytes long; it may have ${MAX_CERTIFICATE_LENGTH}`;
    throw optionInvalid('commonName', reason);
  }
  return parseCertificate(der);
}

/** SubjectPublicKeyInfo of a key. */
export function publicKeyInfo({ algorithm, publicKey }: PublicKey): DerNode {
  return sequence(sequence(oid(algorithm.oid), oid(algorithm.parametersOid)), bitString(publicKey));
}

/** 16 random bytes, positive and always as long: 126 bits of the generator. */
function drawSerialNumber(random: RandomBytes): Uint8Array {
  const [first = 0, ...rest] = random(16);
  return Uint8Array.of(0x40 | (first & 0x3f), ...rest);
}

function checkSerialNumber(serialNumber: Uint8Array): Uint8Array {
  const start = serialNumber.findIndex((byte) => byte !== 0);
  if (serialNumber.length < 8 || serialNumber.length > 20 || start < 0 || (serialNumber[0] ?? 0) >= 0x80)
    throw optionInvalid('serialNumber', 'it must be a positive number of 8 to 20 bytes');
  return serialNumber;
}

/** Returns the names if they fit a certificate. Errors: attestation.issue-option-invalid. */
export function checkNames<T extends NameOptions>(options: T): T {
  const { commonName, vendorId, productId, idEncoding, organization } = options;
  const ids = idEncoding === 'common name' ? [vendorId, productId].filter((id) => id !== undefined) : [];
  const length = Buffer.byteLength(commonName) + 10 * ids.length;
  if (commonName === '' && ids.length === 0) throw optionInvalid('commonName', 'it is empty');
  if (length > MAX_COMMON_NAME_LENGTH)
    throw optionInvalid(
      'commonName',
      `with ids it is ${length} bytes long; it may have ${MAX_COMMON_NAME_LENGTH}`,
    );
  if (/M[vp]id:/.test(commonName))
    throw optionInvalid('commonName', 'Mvid: and Mpid: are written by idEncoding "common name", not by hand');
  if (organization === '') throw optionInvalid('organization', 'it is empty');
  for (const [option, id] of Object.entries({ vendorId, productId })) {
    if (id !== undefined && (!Number.isInteger(id) || id < 1 || id > 0xffff))
      throw optionInvalid(option, 'it must be 0x0001 to 0xFFFF');
  }
  return options;
}

/** What a template of a common name may name. */
export interface CommonNameValues {
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
  /** The device's serial number. */
  readonly serialNumber?: string | undefined;
}

/**
 * A common name of a template: {vendorId} and {productId} (four hexadecimal digits) and {serialNumber} are filled in.
 * Errors: attestation.issue-option-invalid.
 */
export function fillCommonName(template: string, values: CommonNameValues): string {
  const id = (value: number | undefined) => (value === undefined ? undefined : hex4(value));
  const known: Readonly<Record<string, string | undefined>> = {
    vendorId: id(values.vendorId),
    productId: id(values.productId),
    serialNumber: values.serialNumber,
  };
  return template.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value === undefined)
      throw optionInvalid('commonName', `nothing is known to fill in for ${placeholder}`);
    return value;
  });
}

/** An option of issuing that cannot be. */
export function optionInvalid(option: string, reason: string) {
  return attestationErrors.error('attestation.issue-option-invalid', { option, reason });
}
