import { errorTable, row } from 'nvs-core/errors';

export const trustErrors = errorTable(
  {
    'trust.changed': row<{ folder: string; count: number; expected: string; actual: string }>(
      (p) =>
        `the digest of the ${p.count} certificates in ${p.folder} is ${p.actual}; the config pins ${p.expected}`,
      (p) =>
        `somebody changed them since: restore the folder, or look at them with "esp32-factory attestation show", and if the change is right, write "digest": "${p.actual}"`,
    ),
    'trust.nothing-found': row<{ folders: readonly string[] }>(
      (p) => `there is no PAA and no CD signer in ${p.folders.join(', ')}`,
      () =>
        'name the folder with the certificates themselves, such as paa-root-certs of a mirror of the ledger',
    ),
    'trust.foreign-file': row<{ path: string }>(
      (p) => `${p.path} is not a file of a snapshot, and would be trusted with it`,
      () => 'remove it, or name another folder with --to',
    ),
    'trust.key-skipped': row<{ path: string }>(
      (p) => `${p.path} has a private key: nothing in it was copied`,
      () => 'keep private keys out of trust folders; move it to where only its owner can read it',
    ),
    'trust.skipped': row<{ path: string; reason: string }>(
      (p) => `${p.path} was not copied: ${p.reason}`,
      () => 'nothing is to be done if that is right: the snapshot has no use for it',
    ),
    'trust.same-key-id': row<{ keyId: string; count: number }>(
      (p) => `${p.count} PAAs have the key id ${p.keyId}`,
      () =>
        'which of them a commissioner takes depends on the order of its trust store: keep the one that the ledger has',
    ),
  },
  { digests: ['keyId', 'expected', 'actual'] },
);
