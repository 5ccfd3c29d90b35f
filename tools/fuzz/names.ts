/** Every target, without loading what they fuzz. */
export const TARGET_NAMES: readonly string[] = [
  'nvs',
  'nvs-encrypted',
  'nvs-csv',
  'keys-partition',
  'partitions-csv',
  'partitions-binary',
  'secure-cert',
  'der',
  'pem',
  'encrypted-key',
  'declaration',
  'tlv',
  'codes',
  'config',
  'sdkconfig',
  'flash-dump',
];
