export { compareCodes } from './codes';
export {
  type Credential,
  type CredentialNode,
  credentialTree,
  findCredential,
  type ImageCertificate,
  type ImageDeclaration,
} from './credentials';
export * from './csv';
export type { DeviceField, DeviceGroup } from './device';
export * from './diff';
export type { FoundPartitionTable } from './flash-dump';
export * from './formats';
export { formatImageHtml, type HtmlOptions } from './html';
export * from './image';
export * from './key';
export { fillOf, type NvsContents, type NvsFill } from './nvs';
export * from './report';
export { isSecret } from './secrecy';
export type { SecureCertEntryView, SecureCertView } from './secure-cert';
export { formatImage, type TerminalOptions } from './terminal';
export * from './view';
export { bySeverity, findingCount, headline } from './words';
