export * from './flash-encryption';
export { checkFlashEncryptionKey, flashEncryptionScheme } from './key';
