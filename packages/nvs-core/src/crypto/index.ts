export * from './aes';
export * from './ecdsa';
export * from './hash';
export * from './md5';
export * from './p256';
export * from './pbkdf2';
export * from './private-key';
export * from './random';
