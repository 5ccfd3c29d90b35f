export { compareCodes } from './codes';
export {
  type CredentialNode,
  credentialTree,
  findCredential,
  type ImageCertificate,
  type ImageDeclaration,
} from './credentials';
export * from './csv';
export * from './diff';
export * from './formats';
export { formatImageHtml } from './html';
export * from './image';
export * from './key';
export * from './report';
export { isSecret } from './secrecy';
export { formatImage } from './terminal';
export * from './view';
export { bySeverity } from './words';
