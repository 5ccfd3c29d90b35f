import { errorTable, row } from './error-table';

/** Reading of files: what a file must be before anything in it can be checked. */
const reading = {
  'attestation.file-empty': row<{ wanted: string }>(
    (p) => `the file is empty, where a ${p.wanted} is wanted`,
    () => 'was it written completely? export the credential again',
  ),
  'attestation.file-too-large': row<{ length: number; limit: number }>(
    (p) => `the file is ${p.length} bytes long; a credential has at most ${p.limit}`,
    () => 'name the certificate, key or declaration itself, as PEM or DER',
  ),
  'attestation.wrong-kind': row<{ kind: string; wanted: string }>(
    (p) => `the file holds a ${p.kind}, where a ${p.wanted} is wanted`,
    () => 'were two files swapped? name the right one in this place',
  ),
  'attestation.several': row<{ count: number; kind: string }>(
    (p) => `the file holds ${p.count} PEM blocks of kind ${p.kind}; one is wanted`,
    () => 'split the file: one certificate or key a file',
  ),
  'attestation.pem-malformed': row<{ reason: string }>(
    (p) => `the PEM text is malformed: ${p.reason}`,
    () => 'export the credential again, or give it as DER',
  ),
  'attestation.der-malformed': row<{ what: string; reason: string }>(
    (p) => `the ${p.what} is not readable ASN.1 DER: ${p.reason}`,
    () => 'was the file cut off, converted as text, or encoded twice? export the credential again',
  ),
  'attestation.structure-invalid': row<{ what: string; reason: string }>(
    (p) => `the ${p.what} is malformed: ${p.reason}`,
    () => 'the file is damaged or was made by a faulty tool: export or issue it again',
  ),
  'attestation.key-algorithm-unsupported': row<{ what: string; algorithm: string }>(
    (p) => `the key of the ${p.what} is ${p.algorithm}; attestation wants an elliptic curve key on P-256`,
    () => 'make a key with the curve prime256v1 (P-256), and have it certified',
  ),
  'attestation.public-key-invalid': row<{ what: string }>(
    (p) => `the public key of the ${p.what} is not an uncompressed point of P-256`,
    () => 'the file is damaged or was made by a faulty tool: export or issue it again',
  ),
  'attestation.private-key-invalid': row<{ reason: string }>(
    (p) => `the private key is not usable: ${p.reason}`,
    () => 'export the key again from where it was made',
  ),
  'attestation.key-mismatch': row<{ subject: string }>(
    (p) => `the private key does not belong to the ${p.subject}: its public key is another`,
    (p) => `give the key that was made for this ${p.subject}, or the ${p.subject} of this key`,
  ),
} as const;

/** Issuing. */
const issuing = {
  'attestation.issue-option-invalid': row<{ option: string; reason: string }>(
    (p) => `${p.option} cannot be used: ${p.reason}`,
    (p) => `change ${p.option}`,
  ),
  'attestation.signer-answer-invalid': row<{ length: number }>(
    (p) => `the signer answered ${p.length} bytes that are no signature of the digest under its public key`,
    () =>
      'a signer answers an ECDSA signature in DER, made with the key of its certificate: does it name that key?',
  ),
} as const;

export const attestationErrors = errorTable({ ...reading, ...issuing });
