export * from './algorithms';
export * from './certificate';
export * from './certification-declaration';
export * from './classify';
export {
  type CredentialBlock,
  type CredentialKind,
  encodePem,
  identify,
  readBlock,
  readBlocks,
} from './credential-file';
export { MAX_CREDENTIAL_LENGTH } from './der';
export { EXTENSION, type Extension, KEY_USES, type KeyUse } from './extensions';
export * from './issue/certificate';
export * from './issue/certification-declaration';
export * from './issue/development';
export * from './issue/signer';
export * from './known-cd-signers';
export * from './name';
export * from './private-key';
export { decodeTlv, encodeTlv, type TlvElement, type TlvValue } from './tlv';
