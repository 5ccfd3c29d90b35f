/** Signers of declarations: the known ones, and those of certificates that the user supplies. */
import { toHex } from '../bytes/text';
import { type CdSigner, KNOWN_CD_SIGNERS, keyIdOf, knownCdSigner } from './cd-signing-keys';
import type { Certificate } from './certificate';
import { sameName } from './name';

export { type CdSigner, KNOWN_CD_SIGNERS, keyIdOf };

/** A signer from a certificate that the user supplies; its key identifier is the certificate's. */
export function cdSignerOf({ publicKey: { data }, skid, subject }: Certificate): CdSigner {
  const keyId = skid ?? keyIdOf(data);
  const known = knownCdSigner(data);
  const name = subject.attributes.find((attribute) => attribute.name === 'CN')?.text ?? toHex(keyId);
  return { name, keyId, publicKey: data, origin: known?.origin ?? 'given' };
}

/** The signer with a key identifier; known ones take precedence. */
export function findCdSigner(keyId: Uint8Array, given: readonly CdSigner[]): CdSigner | undefined {
  return [...KNOWN_CD_SIGNERS, ...given].find((signer) => Buffer.compare(signer.keyId, keyId) === 0);
}

/** The vendor id of the CSA, which only its own certificates for declarations have. */
const CSA_VENDOR_ID = 0xc5a0;
const SIGNER_NAME = /\b(?:certification declaration|cd) sign/i;

/** Whether a certificate is that of a key that signs declarations, by its key or its name, or of their root. */
export function cdRoleOf({
  publicKey,
  subject,
  issuer,
  ids,
}: Certificate): 'CD signer' | 'root of CD signers' | undefined {
  if (knownCdSigner(publicKey.data) !== undefined) return 'CD signer';
  const isRoot = ids.vendorId === CSA_VENDOR_ID && sameName(subject, issuer);
  if (isRoot) return 'root of CD signers';
  const name = subject.attributes.find((attribute) => attribute.name === 'CN')?.text ?? '';
  return ids.vendorId === CSA_VENDOR_ID || SIGNER_NAME.test(name) ? 'CD signer' : undefined;
}
