export * from './nvs-crc32';
export * from './text';
