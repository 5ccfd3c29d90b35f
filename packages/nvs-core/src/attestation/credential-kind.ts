/** What a credential file is, told by the label of its PEM block, by its DER structure, or by its first letters. */
import { KNOWN_CD_SIGNERS } from './cd-signing-keys';
import { type DerNode, decodeDer, TAG } from './der';

export type CredentialKind =
  | 'certificate'
  | 'certificate request'
  | 'certification declaration'
  | 'private key'
  | 'encrypted private key'
  | 'public key'
  | 'revocation list'
  | 'PKCS#7 file'
  | 'PKCS#12 file'
  | 'elliptic curve parameters';

/** The kind that decides how a value is read, and its name in messages if that says more. */
export interface Identified {
  readonly kind: CredentialKind | undefined;
  readonly name?: string;
}

const PEM_LABELS: Readonly<Record<string, Identified>> = {
  CERTIFICATE: { kind: 'certificate' },
  'X509 CERTIFICATE': { kind: 'certificate' },
  'TRUSTED CERTIFICATE': { kind: 'certificate' },
  'CERTIFICATE REQUEST': { kind: 'certificate request' },
  'NEW CERTIFICATE REQUEST': { kind: 'certificate request' },
  CMS: { kind: 'certification declaration' },
  PKCS7: { kind: 'certification declaration' },
  'PKCS #7 SIGNED DATA': { kind: 'certification declaration' },
  PKCS12: { kind: 'PKCS#12 file' },
  'X509 CRL': { kind: 'revocation list', name: 'certificate revocation list (CRL)' },
  'EC PARAMETERS': { kind: 'elliptic curve parameters' },
  'EC PRIVATE KEY': { kind: 'private key' },
  'RSA PRIVATE KEY': { kind: 'private key', name: 'RSA private key' },
  'DSA PRIVATE KEY': { kind: 'private key', name: 'DSA private key' },
  'PRIVATE KEY': { kind: 'private key' },
  'OPENSSH PRIVATE KEY': { kind: 'private key', name: 'OpenSSH private key' },
  'ENCRYPTED PRIVATE KEY': { kind: 'encrypted private key' },
  'PUBLIC KEY': { kind: 'public key' },
  'RSA PUBLIC KEY': { kind: 'public key', name: 'RSA public key' },
};

const TEXTS: readonly (readonly [start: RegExp, Identified])[] = [
  [/^openssh-key-v1\0/, { kind: 'private key', name: 'OpenSSH private key' }],
  [/^PuTTY-User-Key-File-/, { kind: 'private key', name: 'PuTTY private key' }],
  [/^(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)[\w@.-]{1,40} /, { kind: 'public key', name: 'SSH public key' }],
  [/^---- BEGIN SSH2 /, { kind: 'public key', name: 'SSH public key' }],
];

const RSA_ENCRYPTION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/** Content bytes of the integers of an RSA key; those of an ECDSA signature have fewer. */
const MODULUS_LENGTH_MIN = 64;
const TIMES: readonly (number | undefined)[] = [TAG.utcTime, TAG.generalizedTime];

/** A PEM block: by its label, but what a name of CMS contains, by its structure. */
export function identifyPem(label: string, der: Uint8Array): Identified {
  const known = PEM_LABELS[label];
  const found = identify(der);
  if (known === undefined) return found;
  // The name by the structure says more, if it is one of the same kind.
  return found.kind === known.kind || found.kind === 'PKCS#7 file' ? { ...known, ...found } : known;
}

/** A value without a label. */
export function identify(data: Uint8Array): Identified {
  const start = Buffer.from(data.subarray(0, 64)).toString('latin1');
  const text = TEXTS.find(([form]) => form.test(start))?.[1];
  if (text !== undefined) return text;
  try {
    return identifyTree(decodeDer(data, 'file'), data);
  } catch {
    return { kind: undefined };
  }
}

function identifyTree(tree: DerNode, der: Uint8Array): Identified {
  if (tree.tag === TAG.oid) return { kind: 'elliptic curve parameters' };
  if (tree.tag !== TAG.sequence) return { kind: undefined };
  const { children } = tree;
  const starts = (...tags: readonly number[]) => tags.every((tag, index) => children[index]?.tag === tag);
  const is = (...tags: readonly number[]) => children.length === tags.length && starts(...tags);
  const [first, second] = children;
  if (is(TAG.oid, 0xa0)) return { kind: isBundle(children) ? 'PKCS#7 file' : 'certification declaration' };
  if (is(TAG.sequence, TAG.bitString))
    return { kind: 'public key', ...(isRsa(first) && { name: 'RSA public key' }) };
  if (is(TAG.sequence, TAG.octetString)) return { kind: 'encrypted private key' };
  if (is(TAG.sequence, TAG.sequence, TAG.bitString) && first !== undefined) return signed(first, der);
  if (starts(TAG.integer, TAG.sequence) && second?.children[0]?.tag === TAG.oid) {
    if (children[2]?.tag === TAG.octetString)
      return { kind: 'private key', ...(isRsa(second) && { name: 'RSA private key' }) };
    const isPkcs12 = second.children[1]?.tag === 0xa0 && children.length <= 3;
    if (isPkcs12) return { kind: 'PKCS#12 file' };
  }
  if (starts(TAG.integer, TAG.octetString) || starts(TAG.integer, TAG.sequence, TAG.octetString))
    return { kind: 'private key' };
  const areIntegers = children.every(({ tag }) => tag === TAG.integer);
  if (areIntegers && children.length >= 9) return { kind: 'private key', name: 'RSA private key' };
  const isModulus = (first?.content.length ?? 0) >= MODULUS_LENGTH_MIN;
  return areIntegers && children.length === 2 && isModulus
    ? { kind: 'public key', name: 'RSA public key' }
    : { kind: undefined };
}

/** The last arcs of enveloped and encrypted data (RFC 5652, 6 and 8). */
const ENCRYPTED_DATA: readonly number[] = [3, 6];

/** Whether a CMS value has certificates or lists only, without content: a declaration always has content and signers. */
function isBundle([type, wrapped]: readonly DerNode[]): boolean {
  const isEncrypted = ENCRYPTED_DATA.includes(type?.content.at(-1) ?? 0);
  const parts = wrapped?.children[0]?.children ?? [];
  const signers = parts.at(-1);
  return (
    isEncrypted ||
    (parts[2]?.children.length === 1 && signers?.tag === TAG.set && signers.children.length === 0)
  );
}

function isRsa(algorithm: DerNode | undefined): boolean {
  const oid = algorithm?.children[0]?.content ?? new Uint8Array(0);
  return Buffer.compare(oid, Uint8Array.from(RSA_ENCRYPTION)) === 0;
}

function signed(content: DerNode, der: Uint8Array): Identified {
  const tags = content.children.map(({ tag }) => tag);
  const [first, second, third] = tags;
  const isRequest = first === TAG.integer && second === TAG.sequence && third === TAG.sequence;
  if (isRequest && tags.length <= 4) return { kind: 'certificate request' };
  // After its version, a list has algorithm, issuer and a time, where a certificate has its validity.
  const time = tags[first === TAG.integer ? 3 : 2];
  if (TIMES.includes(time)) return { kind: 'revocation list', name: 'certificate revocation list (CRL)' };
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.length);
  const isCdSigner = KNOWN_CD_SIGNERS.some(({ publicKey }) => bytes.includes(Buffer.from(publicKey)));
  return { kind: 'certificate', ...(isCdSigner && { name: 'certificate of a CD signer' }) };
}
