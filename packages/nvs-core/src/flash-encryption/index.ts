export { decryptFlash, encryptFlash } from './flash-encryption';
export { flashEncryptionScheme } from './key';
