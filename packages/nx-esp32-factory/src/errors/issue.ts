import { errorTable, row } from 'nvs-core/errors';

export const issueErrors = errorTable({
  'issue.key-exists': row<{ path: string }>(
    (p) => `${p.path} already exists, and a new private key would replace it permanently`,
    (p) =>
      `choose another file with --out-key, use the existing key with --key ${p.path}, or replace it with --force`,
  ),
  'issue.replaces-key': row<{ path: string }>(
    (p) => `${p.path} contains a private key, and this output would replace it permanently`,
    () => 'choose another file with --out, or replace it with --force',
  ),
  'issue.no-key-id': row<{ what: string }>(
    (p) => `the ${p.what} has no subject key identifier, which commissioners need to find it`,
    () => 'use a certificate with that extension; every PAA has one',
  ),
});
