export * from './crc32';
export * from './text';
