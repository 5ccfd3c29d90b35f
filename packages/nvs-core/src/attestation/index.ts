export * from './algorithms';
export * from './certificate';
export * from './certificate-request';
export * from './certification-declaration';
export * from './check';
export { MAX_CERTIFICATE_LENGTH } from './check-certificate';
export * from './classify';
export {
  type CredentialBlock,
  type CredentialKind,
  identifyCredential,
  parseCredentialBlock,
  parseCredentialBlocks,
  wipeKeys,
} from './credential-file';
export { MAX_CREDENTIAL_LENGTH } from './der';
export * from './describe';
export { EXTENSION, type Extension, KEY_USES, type KeyUse } from './extensions';
export { type AttestationFinding, type AttestationSubject, UnreadableCredential } from './findings';
export * from './issue/certificate';
export * from './issue/certificate-request';
export * from './issue/certification-declaration';
export * from './issue/development';
export {
  type CommonNameValues,
  fillCommonName,
  type NameOptions,
} from './issue/name-options';
export * from './issue/option-invalid';
export * from './issue/pem';
export * from './issue/signer';
export * from './known-cd-signers';
export * from './name';
export * from './parse-credential';
export * from './private-key';
export * from './public-key';
export * from './results';
export { decodeMatterTlv, encodeMatterTlv, type MatterTlvElement, type MatterTlvValue } from './tlv';
