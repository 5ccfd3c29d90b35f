/**
 * Where our number differs from the SDK's, and why. There are three kinds of differences: the SDK crashes; the order in
 * which it reads its trust store; it accepts what the specification forbids, and our finding says so (`isStricter`).
 */

export interface KnownDifference {
  readonly kind: 'crash' | 'trust store' | 'stricter';
  /** The mutations, by their names; for stricter findings by their code. */
  readonly names?: RegExp;
  readonly code?: string;
  readonly subjects?: readonly string[];
  readonly reason: string;
  readonly source: string;
}

const OPENSSL_PAL = 'src/crypto/CHIPCryptoPALOpenSSL.cpp';
const VERIFIER = 'src/credentials/attestation_verifier/DefaultDeviceAttestationVerifier.cpp';
const CD = 'src/credentials/CertificationDeclaration.cpp';
const SPEC = 'Matter Core specification';

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    kind: 'crash',
    names: /: aki (without key id|with serial alone)$/,
    reason: 'the SDK reads the length of a key identifier that is not there; we refuse the format',
    source: `${OPENSSL_PAL}: VerifyAttestationCertificateFormat, X509_get0_authority_key_id`,
  },
  {
    kind: 'trust store',
    names: /^paa: two with one key id, good one first$/,
    reason:
      'the SDK takes the first PAA with the key id that readdir returns; we take the one that signed the PAI',
    source: 'src/credentials/attestation_verifier/FileAttestationTrustStore.cpp',
  },
  {
    kind: 'stricter',
    code: 'attestation.der-malformed',
    reason:
      'bytes after a certificate or an envelope, and lengths and numbers of an envelope that are not the shortest',
    source: `${OPENSSL_PAL}: d2i_X509; ${CD}: ASN1Reader; X.690, 10.1`,
  },
  {
    kind: 'stricter',
    code: 'attestation.structure-invalid',
    reason:
      'BOOLEANs of 1, characters that a string type does not have, string types of no text, a path length of more than 8 bytes, and on a PAA another signature algorithm',
    source: `BoringSSL's d2i_X509 in ${OPENSSL_PAL}; X.690, 11.1; X.680, 41; RFC 5280, 4.1.1.2`,
  },
  {
    kind: 'stricter',
    code: 'attestation.public-key-invalid',
    reason: 'compressed points are decompressed',
    source: `${OPENSSL_PAL}: ExtractPubkeyFromX509Cert; ${SPEC}, 6.2.2.3, and 3.5.1`,
  },
  {
    kind: 'stricter',
    code: 'attestation.certificate-too-long',
    subjects: ['dac', 'pai'],
    reason: 'only the trust store limits the length of a certificate to 600 bytes',
    source: `${SPEC}, 6.1.3`,
  },
  {
    kind: 'stricter',
    code: 'attestation.signature-invalid',
    subjects: ['paa'],
    reason: 'the signature of a trusted root is not verified',
    source: `${OPENSSL_PAL}: X509_verify_cert; RFC 5280, 6.1`,
  },
  {
    kind: 'stricter',
    code: 'attestation.extension-unknown',
    subjects: ['paa'],
    reason: 'critical extensions of a trusted root are not processed',
    source: `${OPENSSL_PAL}: X509_verify_cert; RFC 5280, 4.2`,
  },
  {
    kind: 'stricter',
    code: 'attestation.extension-malformed',
    subjects: ['paa', 'dac'],
    reason: 'policies of a trusted root, and policy mappings of a DAC, are not read',
    source: `${OPENSSL_PAL}: X509_verify_cert; RFC 5280, 6.1`,
  },
  {
    kind: 'stricter',
    code: 'attestation.cd-field',
    reason:
      'more than 100 product ids or 10 authorized PAAs, fields twice or out of order after the ninth, a certificate_id that is not UTF-8, a product id above 0xFFFF after the matching one',
    source: `${CD}: DecodeCertificationElements, CertificationElementsDecoder; ${SPEC}, 6.3.1`,
  },
  {
    kind: 'stricter',
    code: 'attestation.cd-test-key',
    reason: 'the test key counted for every type until 1.6, which refuses it for type 2',
    source: `${VERIFIER}; project-chip/connectedhomeip#42464, #42460; ${SPEC}, 6.2.3.1`,
  },
  {
    kind: 'stricter',
    code: 'attestation.cd-signer-info',
    reason: 'the two numbers of a signature may be negative, and others may follow',
    source: 'src/crypto/CHIPCryptoPAL.cpp: EcdsaAsn1SignatureToRaw; RFC 3279, 2.2.3',
  },
];
