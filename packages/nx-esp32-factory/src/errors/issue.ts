import { errorTable, row } from 'nvs-core';

export const issueErrors = errorTable({
  'issue.key-exists': row<{ path: string }>(
    (p) => `${p.path} exists already, and a new private key would replace it for ever`,
    (p) =>
      `choose another file with --out-key, use that key with --key ${p.path}, or replace it with --force`,
  ),
  'issue.replaces-key': row<{ path: string }>(
    (p) => `${p.path} holds a private key, and what is issued here would replace it for ever`,
    () => 'choose another file with --out, or replace it with --force',
  ),
  'issue.no-key-id': row<{ what: string }>(
    (p) => `the ${p.what} has no subject key identifier, by which commissioners find it`,
    () => 'use a certificate with that extension, as every PAA has it',
  ),
});
