import { errorTable, row } from './error-table';

export const cryptoErrors = errorTable({
  'crypto.passphrase-missing': row(
    () => 'the private key is encrypted, and no passphrase was given',
    () =>
      'give its passphrase by reference, such as {"env": "DAC_KEY_PASSPHRASE"}, or decrypt the key file first',
  ),
  'crypto.passphrase-wrong': row(
    () => 'the private key cannot be decrypted with the given passphrase',
    () => 'check the passphrase (a trailing newline counts), and that the file is the right key',
  ),
  'crypto.key-encryption-unsupported': row<{ algorithm: string }>(
    (p) => `the private key is encrypted with ${p.algorithm}, which is not supported`,
    () => 'convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old-key -out key.pem',
  ),
});
