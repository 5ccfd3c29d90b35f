export type { PublicKey } from './algorithms';
export { type Certificate, isSignedBy, parseCertificate, parseCertificates } from './certificate';
export { type CertificateRequest, parseCertificateRequest, publicKeyOfRequest } from './certificate-request';
export {
  CERTIFICATION_TYPES,
  type ParsedCd,
  parseCertificationDeclaration,
} from './certification-declaration';
export { type AttestationCheck, checkAttestation } from './check';
export { checkDeclaration } from './check-declaration';
export { checkPaa } from './check-paa';
export type { Revocation } from './check-revocation';
export { type Classification, classifyCredentials, isTestVendorId } from './classify';
export { containsPrivateKey, nameCredential } from './credential-file';
export { MAX_CREDENTIAL_LENGTH } from './der';
export {
  type Description,
  describeCredential,
  formatChain,
  formatDescription,
  type PublicCredential,
  parsePublicCredentials,
} from './describe';
export { type AttestationFinding, UnreadableCredential } from './findings';
export { type Issuer, issueCdSignerCertificate, issueDac, issuePaa, issuePai } from './issue/certificate';
export { createCertificateRequest } from './issue/certificate-request';
export { type CdOptions, issueCertificationDeclaration } from './issue/certification-declaration';
export { createDevelopmentCredentials, type DevelopmentCredentials, generateKey } from './issue/development';
export { fillCommonName, type NameOptions } from './issue/name-options';
export { optionInvalid } from './issue/option-invalid';
export { encodePem } from './issue/pem';
export { keySigner, type Signer } from './issue/signer';
export { testCdKey } from './issue/test-cd-key';
export { type CdSigner, cdRoleOf, cdSignerOf, findCdSigner, keyIdOf } from './known-cd-signers';
export { formatName, sameName } from './name';
export { parseCredential } from './parse-credential';
export {
  assertKeyBelongs,
  createPrivateKey,
  encodePrivateKey,
  encodePrivateKeyPem,
  type PrivateKey,
  parsePrivateKey,
} from './private-key';
export { parsePublicKey } from './public-key';
export type { AttestationResult } from './results';
export { MAX_REVOCATION_SET_LENGTH, parseRevocationSet, type RevocationSet } from './revocation-set';
