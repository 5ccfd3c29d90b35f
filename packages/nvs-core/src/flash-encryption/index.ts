export { decryptFlash, encryptFlash, type FlashImage } from './flash-encryption';
export { flashEncryptionScheme } from './key';
