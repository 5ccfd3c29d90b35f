import { errorTable, hex, row } from './error-table';

function withArticle(kind: string): string {
  if (kind.endsWith('parameters')) return kind;
  return `${/^(?:[aeio]|RSA|SSH)/i.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** What to do with a file of another kind. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  'PKCS#7 file':
    'give its certificate itself: openssl pkcs7 -print_certs -in FILE (with -inform DER for DER)',
  'PKCS#12 file': 'give certificate and key as files of their own: openssl pkcs12 -in FILE',
  'elliptic curve parameters':
    'this file names a curve only: openssl ecparam wrote it without -genkey; give the file with the key',
  'certificate revocation list (CRL)':
    'a list of revoked certificates goes into a revocation set: attestation check --revocation-set',
  'SSH public key': 'convert it: ssh-keygen -e -m PKCS8 -f FILE',
  'certificate of a CD signer':
    'it signs Certification Declarations, and is in no chain of a device; was it swapped?',
};

/** Reading credential files, before their contents can be checked. */
const reading = {
  'attestation.file-empty': row<{ expected: string }>(
    (p) => `the file is empty; it must contain ${withArticle(p.expected)}`,
    () => 'was it written completely? export the credential again',
  ),
  'attestation.file-too-large': row<{ length: number; limit: number }>(
    (p) => `the file is ${p.length} bytes long; a credential has at most ${p.limit}`,
    () => 'give the certificate, key or declaration itself, as PEM or DER',
  ),
  'attestation.wrong-kind': row<{ kind: string; expected: string }>(
    (p) => `the file contains ${withArticle(p.kind)}; it must contain ${withArticle(p.expected)}`,
    (p) => CONVERSIONS[p.kind] ?? 'were two files swapped? give the right one here',
  ),
  'attestation.several': row<{ count: number; kind: string }>(
    (p) => `the file contains ${p.count} PEM blocks of kind ${p.kind}; it must contain one`,
    () => 'split the file: one certificate or key per file',
  ),
  'attestation.pem-malformed': row<{ reason: string }>(
    (p) => `the PEM text is malformed: ${p.reason}`,
    () => 'export the credential again, or give it as DER',
  ),
  'attestation.der-malformed': row<{ what: string; reason: string }>(
    (p) => `the ${p.what} is not valid ASN.1 DER: ${p.reason}`,
    () => 'was the file cut off, converted as text, or encoded twice? export the credential again',
  ),
  'attestation.structure-invalid': row<{ what: string; reason: string }>(
    (p) => `the ${p.what} is malformed: ${p.reason}`,
    () => 'the file is damaged or was made by a faulty tool: export or issue it again',
  ),
  'attestation.key-algorithm-unsupported': row<{ what: string; algorithm: string }>(
    (p) => `the key of the ${p.what} is ${p.algorithm}; attestation requires an elliptic curve key on P-256`,
    () => 'generate a key on the curve prime256v1 (P-256), and have it certified',
  ),
  'attestation.public-key-invalid': row<{ what: string }>(
    (p) => `the public key of the ${p.what} is not an uncompressed point of P-256`,
    () => 'the file is damaged or was made by a faulty tool: export or issue it again',
  ),
  'attestation.key-format-unsupported': row<{ format: string }>(
    (p) => `the private key is ${withArticle(p.format)}; it must be SEC 1 or PKCS#8, as PEM or DER`,
    (p) =>
      p.format.startsWith('OpenSSH')
        ? 'convert a copy of it: ssh-keygen -p -N "" -m PKCS8 -f COPY (an elliptic curve key on P-256)'
        : 'export it as PEM: openssl pkcs8 -topk8 writes PKCS#8',
  ),
  'attestation.private-key-invalid': row<{ reason: string }>(
    (p) => `the private key cannot be used: ${p.reason}`,
    () => 'export the key again from where it was generated',
  ),
  'attestation.key-mismatch': row<{ subject: string }>(
    (p) => `the private key does not belong to the ${p.subject}: the public keys differ`,
    (p) => `give the key that was generated for this ${p.subject}, or the ${p.subject} of this key`,
  ),
} as const;

/** Issuing. */
const issuing = {
  'attestation.request-signature-invalid': row(
    () => 'the signature of the certificate request does not match the key in it',
    () => 'the request is damaged or was changed: have the owner of the key create it again',
  ),
  'attestation.issue-option-invalid': row<{ option: string; reason: string }>(
    (p) => `${p.option} cannot be used: ${p.reason}`,
    (p) => `change ${p.option}`,
  ),
  'attestation.signer-answer-invalid': row<{ length: number }>(
    (p) =>
      `the signer returned ${p.length} bytes that are not a signature of the digest under its public key`,
    () =>
      'a signer must return an ECDSA signature in DER, made with the key of its certificate: does it use that key?',
  ),
} as const;

/** The subjects as they are called in messages. */
const NAMES = { dac: 'DAC', pai: 'PAI', paa: 'PAA', cd: 'Certification Declaration' } as const;
type Certificates = 'dac' | 'pai' | 'paa';
const name = ({ subject }: { subject: keyof typeof NAMES }) => NAMES[subject];
const reissue = (p: { subject: Certificates }) =>
  `have the ${name(p)} reissued with the profile of a ${name(p)} (Matter Core specification, 6.2.2)`;
const id = (value: number | undefined) => (value === undefined ? 'none' : hex(value, 4));
const newCd = () => 'have the declaration reissued by its signer (Matter Core specification, 6.3.1)';

/** Rules for each certificate; commissioners report a violation as an invalid format. */
const certificateRules = {
  'attestation.certificate-too-long': row<{ subject: Certificates; length: number; limit: number }>(
    (p) => `the ${name(p)} is ${p.length} bytes long; at most ${p.limit} are allowed`,
    () => 'shorten its names, or leave out optional extensions',
  ),
  'attestation.version': row<{ subject: Certificates; version: number }>(
    (p) => `the ${name(p)} is X.509 version ${p.version}; it must be version 3`,
    reissue,
  ),
  'attestation.signature-algorithm': row<{ subject: Certificates; algorithm: string }>(
    (p) => `the ${name(p)} is signed with ${p.algorithm}; it must be ecdsa-with-SHA256`,
    reissue,
  ),
  'attestation.extension-malformed': row<{ subject: Certificates; problem: string }>(
    (p) => `the ${name(p)} is malformed: ${p.problem}`,
    reissue,
  ),
  'attestation.extension-missing': row<{ subject: Certificates; extension: string }>(
    (p) => `the ${name(p)} has no ${p.extension} extension; it must have one`,
    reissue,
  ),
  'attestation.extension-critical': row<{ subject: Certificates; extension: string; critical: boolean }>(
    (p) =>
      `the ${p.extension} extension of the ${name(p)} is ${p.critical ? 'not ' : ''}marked critical; it must ${p.critical ? '' : 'not '}be`,
    reissue,
  ),
  'attestation.basic-constraints': row<{ subject: Certificates; is: string; must: string }>(
    (p) => `the basicConstraints of the ${name(p)} are ${p.is}; they must be ${p.must}`,
    reissue,
  ),
  'attestation.key-usage': row<{ subject: Certificates; is: string; must: string }>(
    (p) => `the keyUsage of the ${name(p)} is ${p.is}; it must be ${p.must}`,
    reissue,
  ),
  'attestation.key-id-length': row<{ subject: Certificates; extension: string; length: number }>(
    (p) => `the ${p.extension} of the ${name(p)} is ${p.length} bytes long; it must be 20`,
    reissue,
  ),
  'attestation.ids-malformed': row<{ subject: Certificates; problem: string }>(
    (p) => `the vendor or product id in the subject of the ${name(p)} is malformed: ${p.problem}`,
    reissue,
  ),
} as const;

/** Rules between the certificates. */
const chainRules = {
  'attestation.pai-vendor-id-missing': row(
    () => 'the PAI has no vendor id; it must have one',
    () => 'use a PAI of this vendor: a certificate without vendor id is not a PAI',
  ),
  'attestation.dac-vendor-id': row<{ dac: number | undefined; pai: number | undefined }>(
    (p) =>
      `the vendor id of the DAC is ${id(p.dac)}; it must be present and equal that of the PAI, ${id(p.pai)}`,
    () => 'use the DAC and the PAI of the same product: are they from two?',
  ),
  'attestation.dac-product-id': row<{ dac: number | undefined; pai: number | undefined }>(
    (p) =>
      p.dac === undefined
        ? 'the DAC has no product id; it must have one'
        : `the product id of the DAC is ${id(p.dac)}; it must equal that of the PAI, ${id(p.pai)}`,
    () => 'use the DAC and the PAI of the same product, or have the DAC issued with its product id',
  ),
  'attestation.key-not-of-dac': row(
    () => 'the private key does not belong to the DAC; the device could not prove that the DAC is its own',
    () => 'give the key that was generated for this DAC, or the DAC of this key',
  ),
  'attestation.paa-not-checked': row<{ keyId: string }>(
    (p) =>
      `no trust store was given: the PAA (key id ${p.keyId}) and the signature of the PAI are not checked`,
    () => 'give a folder with the PAA certificate, such as the paa-root-certs of the Matter SDK',
  ),
  'attestation.cd-not-checked': row(
    () =>
      'no Certification Declaration was given: a commissioner rejects the device unless its firmware provides one',
    () =>
      'give the declaration of the product, or make sure that the firmware has it (CONFIG_ENABLE_SET_CERT_DECLARATION_API)',
  ),
  'attestation.paa-not-found': row<{ keyId: string; count: number }>(
    (p) => `none of the ${p.count} PAAs in the trust store has key id ${p.keyId}, which signed the PAI`,
    () => 'add the PAA certificate to the trust store if commissioners trust it; otherwise use another PAI',
  ),
  'attestation.pai-vendor-id': row<{ pai: number | undefined; paa: number }>(
    (p) => `the vendor id of the PAI is ${id(p.pai)}; it must equal that of the PAA, ${id(p.paa)}`,
    () => 'use a PAI that was issued for the vendor of the PAA',
  ),
  'attestation.paa-product-id': row<{ paa: number }>(
    (p) => `the PAA has product id ${id(p.paa)}; it must have none`,
    () => 'is this file a PAI? give the PAA',
  ),
  'attestation.not-valid': row<{ subject: Certificates; from: string; to: string; at: string; when: string }>(
    (p) => `the ${name(p)} is valid from ${p.from} to ${p.to}; it must be valid at ${p.when}, ${p.at}`,
    (p) =>
      p.subject === 'dac'
        ? 'have a DAC issued that is valid now; DACs usually have no well-defined expiry'
        : 'have the DAC issued within the validity period of its issuers',
  ),
  'attestation.expired-today': row<{ subject: Certificates; from: string; to: string; at: string }>(
    (p) => `the ${name(p)} is valid from ${p.from} to ${p.to}, not at ${p.at}; commissioners accept that`,
    () => 'new DACs cannot be issued under it: renew it in time',
  ),
  'attestation.extension-unknown': row<{ subject: Certificates; oid: string }>(
    (p) => `the ${name(p)} has a critical extension that commissioners do not process, ${p.oid}`,
    reissue,
  ),
  'attestation.signature-invalid': row<{ subject: Certificates; issuer: string }>(
    (p) => `the signature of the ${name(p)} does not match the key of the ${p.issuer}`,
    (p) =>
      `use the ${name(p)} and the ${p.issuer} from one chain: is one of them damaged, or from another product?`,
  ),
  'attestation.issuer-name': row<{ subject: Certificates; is: string; must: string }>(
    (p) => `the issuer of the ${name(p)} is "${p.is}"; it must be the subject of its issuer, "${p.must}"`,
    () => 'use certificates from one chain',
  ),
  'attestation.authority-key-id': row<{ subject: Certificates; keyId: string; issuerKeyId: string }>(
    (p) => `the ${name(p)} names key id ${p.keyId} as its issuer's; its issuer has ${p.issuerKeyId}`,
    () => 'use certificates from one chain',
  ),
  'attestation.authority-certificate': row<{ subject: Certificates }>(
    (p) =>
      `the authorityKeyIdentifier of the ${name(p)} has the serial number or issuer of a certificate other than its issuer`,
    reissue,
  ),
  'attestation.name-constraints': row<{ subject: Certificates }>(
    (p) => `the nameConstraints of the ${name(p)} do not permit the names of the certificates under it`,
    (p) => `have the ${name(p)} reissued without nameConstraints: its profile has none`,
  ),
  'attestation.policy-required': row<{ subject: Certificates }>(
    (p) =>
      `the policyConstraints of the ${name(p)} require a certificate policy, which the chain does not have`,
    (p) => `have the ${name(p)} reissued without policyConstraints: its profile has none`,
  ),
} as const;

/** Rules for the Certification Declaration. */
const declarationRules = {
  'attestation.cd-signer-info': row<{ problem: string }>(
    (p) => `the signer of the Certification Declaration is invalid: ${p.problem}`,
    newCd,
  ),
  'attestation.cd-envelope': row<{ problem: string }>(
    (p) => `the CMS envelope of the Certification Declaration is invalid: ${p.problem}`,
    newCd,
  ),
  'attestation.cd-signer-unknown': row<{ keyId: string }>(
    (p) => `the Certification Declaration is signed with key id ${p.keyId}, which no commissioner knows`,
    () =>
      'use the declaration that the CSA issued; for development, sign one with the public test key (attestation issue-cd --test-key)',
  ),
  'attestation.cd-signer-given': row<{ signer: string }>(
    (p) =>
      `the Certification Declaration is signed by "${p.signer}": a commissioner of the Matter SDK does not know that key, and reports 601`,
    () =>
      'only a commissioner with this key built in accepts it (chip-tool --cd-trust-store-path takes only keys certified by the CSA); for development, sign with the public test key (attestation issue-cd --test-key)',
  ),
  'attestation.cd-signature': row<{ signer: string }>(
    (p) => `the signature of the Certification Declaration does not match the key of "${p.signer}"`,
    () => 'the file is damaged or was changed: use the declaration as it was issued',
  ),
  'attestation.cd-test-key': row<{ type: number }>(
    (p) =>
      `the Certification Declaration has type ${p.type} and is signed with the public test key, which is for type 0 only`,
    (p) =>
      `use the declaration that the CSA issued, or certification_type 0 for a development device${p.type === 2 ? ': the SDK refuses type 2 from 1.6 on' : ''}`,
  ),
  'attestation.cd-test-vendor-id': row<{ field: string; is: number }>(
    (p) =>
      `the Certification Declaration has ${p.field} ${id(p.is)} and is signed with the public test key, which is for test vendor ids (0xFFF1 to 0xFFF4) only`,
    () => 'use the declaration that the CSA issued, or a test vendor id for a development device',
  ),
  'attestation.cd-field': row<{ field: string; problem: string }>(
    (p) => `in the Certification Declaration, ${p.field} ${p.problem}`,
    newCd,
  ),
  'attestation.cd-field-unknown': row<{ tags: string }>(
    (p) => `the Certification Declaration has fields that the specification does not define: tag ${p.tags}`,
    () => 'commissioners ignore them after the last field, and refuse them anywhere else; remove them',
  ),
  'attestation.cd-elements': row<{ field: string; value: number; must: string }>(
    (p) => `${p.field} of the Certification Declaration is ${p.value}; commissioners accept ${p.must}`,
    newCd,
  ),
  'attestation.cd-vendor-id': row<{ cd: number; source: string; is: number }>(
    (p) =>
      `the vendor id of the ${p.source} is ${id(p.is)}; it must equal that of the Certification Declaration, ${id(p.cd)}`,
    () =>
      'correct the vendor id (was hexadecimal written as decimal?), or use the declaration of this product',
  ),
  'attestation.cd-product-id': row<{ cd: string; source: string; is: number }>(
    (p) =>
      `the product id of the ${p.source} is ${id(p.is)}; it must be one of the Certification Declaration: ${p.cd}`,
    () =>
      'correct the product id (was hexadecimal written as decimal?), or use the declaration of this product',
  ),
  'attestation.cd-certificate-vendor-id': row<{
    subject: Certificates;
    is: number;
    must: number;
    origin: boolean;
  }>(
    (p) =>
      `the vendor id of the ${name(p)} is ${id(p.is)}; the Certification Declaration requires ${id(p.must)}${p.origin ? ' (dac_origin_vendor_id)' : ''}`,
    (p) =>
      p.origin
        ? 'use the certificates of the vendor that dac_origin names'
        : 'use certificates and a declaration of one product, or a declaration whose dac_origin is that of the certificates',
  ),
  'attestation.cd-certificate-product-id': row<{
    subject: Certificates;
    is: number;
    must: string;
    origin: boolean;
  }>(
    (p) =>
      `the product id of the ${name(p)} is ${id(p.is)}; the Certification Declaration requires ${p.must}${p.origin ? ' (dac_origin_product_id)' : ''}`,
    (p) =>
      p.origin
        ? 'use the certificates of the product that dac_origin names'
        : 'use certificates and a declaration of one product, or a declaration that lists this product id',
  ),
  'attestation.cd-paa-not-authorized': row<{ keyId: string; count: number }>(
    (p) =>
      `the PAA has key id ${p.keyId}; the authorized_paa_list of the Certification Declaration has ${p.count} others`,
    () => 'use a PAI of a PAA on the list, or a declaration whose list has this PAA',
  ),
  'attestation.product-id-differs': row<{ dac: number; is: number }>(
    (p) =>
      `the product id of the configuration is ${id(p.is)}, that of the DAC ${id(p.dac)}; both are in the declaration`,
    () => 'commissioners accept that; is it intended?',
  ),
} as const;

export const attestationErrors = errorTable(
  { ...reading, ...issuing, ...certificateRules, ...chainRules, ...declarationRules },
  { digests: ['keyId', 'issuerKeyId'] },
);
