export * from './flash-encryption';
export { assertFlashEncryptionKey, flashEncryptionScheme } from './key';
