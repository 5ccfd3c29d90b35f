/** Credential files, PEM (RFC 7468) or DER: which kind a file holds, and the one value that is wanted of it. */
import { attestationErrors } from '../errors';
import { checkSize, type DerNode, openDer, TAG } from './der';

export type CredentialKind =
  | 'certificate'
  | 'certificate request'
  | 'certification declaration'
  | 'private key'
  | 'encrypted private key'
  | 'public key';

/** One value of a file. `text` is its PEM block, where it came as one. */
export interface CredentialBlock {
  readonly kind: CredentialKind | undefined;
  readonly der: Uint8Array;
  readonly text?: string;
}

const PEM_KINDS: Readonly<Record<string, CredentialKind>> = {
  CERTIFICATE: 'certificate',
  'X509 CERTIFICATE': 'certificate',
  'TRUSTED CERTIFICATE': 'certificate',
  'CERTIFICATE REQUEST': 'certificate request',
  'NEW CERTIFICATE REQUEST': 'certificate request',
  CMS: 'certification declaration',
  PKCS7: 'certification declaration',
  'EC PRIVATE KEY': 'private key',
  'RSA PRIVATE KEY': 'private key',
  'DSA PRIVATE KEY': 'private key',
  'PRIVATE KEY': 'private key',
  'OPENSSH PRIVATE KEY': 'private key',
  'ENCRYPTED PRIVATE KEY': 'encrypted private key',
  'PUBLIC KEY': 'public key',
};

const BEGIN = '-----BEGIN ';
const LABEL = /-----BEGIN ([A-Z0-9 -]{1,64})-----/y;

/**
 * Every value of a file, in its order; EC parameters, which key files often start with, are left out.
 * Errors: attestation.file-empty, file-too-large, pem-malformed.
 */
export function readBlocks(data: Uint8Array, wanted: string): CredentialBlock[] {
  if (data.length === 0) throw attestationErrors.error('attestation.file-empty', { wanted });
  checkSize(data);
  if (data[0] === TAG.sequence) return [{ kind: identify(data), der: data }];
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
  if (!text.includes(BEGIN)) {
    if (text.trim() === '') throw attestationErrors.error('attestation.file-empty', { wanted });
    return [{ kind: identify(data), der: data }];
  }
  return pemBlocks(text)
    .filter(({ label }) => label !== 'EC PARAMETERS')
    .map(readPemBlock);
}

interface PemBlock {
  readonly label: string;
  /** From its BEGIN line to its END line. */
  readonly text: string;
}

function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let start = text.indexOf(BEGIN); start >= 0; ) {
    LABEL.lastIndex = start;
    const [begin = '', label = ''] = LABEL.exec(text) ?? [];
    const end = `-----END ${label}-----`;
    const stop = begin === '' ? -1 : text.indexOf(end, start + begin.length);
    const next = text.indexOf(BEGIN, start + 1);
    if (stop < 0 || (next >= 0 && next < stop))
      throw malformed('a BEGIN line has no END line of the same kind');
    blocks.push({ label, text: text.slice(start, stop + end.length) });
    start = next;
  }
  return blocks;
}

function malformed(reason: string) {
  return attestationErrors.error('attestation.pem-malformed', { reason });
}

function readPemBlock({ label, text }: PemBlock): CredentialBlock {
  if (text.includes('Proc-Type') && /^Proc-Type: *4, *ENCRYPTED/m.test(text))
    return { kind: 'encrypted private key', der: new Uint8Array(0), text };
  const lineEnd = text.indexOf('\n');
  const body = text.slice(lineEnd + 1, text.lastIndexOf('-----END')).replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body) || body.length % 4 !== 0)
    throw malformed('its body is not base64');
  if (text.slice(0, lineEnd).trimEnd() !== `${BEGIN}${label}-----`)
    throw malformed('its lines are not as RFC 7468 has them');
  const der = new Uint8Array(Buffer.from(body, 'base64'));
  return { kind: PEM_KINDS[label] ?? identify(der), der, text };
}

/**
 * The one block of the wanted kinds.
 * Errors: those of readBlocks, attestation.wrong-kind, attestation.several, attestation.der-malformed.
 */
export function readBlock(data: Uint8Array, ...wanted: readonly CredentialKind[]): CredentialBlock {
  const [name = ''] = wanted;
  const blocks = readBlocks(data, name);
  const fitting = blocks.filter(({ kind }) => kind !== undefined && wanted.includes(kind));
  const [block] = fitting;
  if (block !== undefined) {
    if (fitting.length === 1) return block;
    throw attestationErrors.error('attestation.several', { count: fitting.length, kind: name });
  }
  const other = blocks.find(({ kind }) => kind !== undefined);
  if (other?.kind !== undefined)
    throw attestationErrors.error('attestation.wrong-kind', { kind: other.kind, wanted: name });
  // Not recognised: the reader of the wanted kind says what is wrong with it.
  return blocks[0] ?? { kind: undefined, der: new Uint8Array(0) };
}

/** Every certificate of a file, or the one value that is there in place of any. Errors: those of readBlock. */
export function certificateBlocks(data: Uint8Array): CredentialBlock[] {
  const blocks = readBlocks(data, 'certificate').filter(({ kind }) => kind === 'certificate');
  return blocks.length === 0 ? [readBlock(data, 'certificate')] : blocks;
}

/** What a DER value is by its outline, without judging what is in it. */
export function identify(der: Uint8Array): CredentialKind | undefined {
  try {
    return kindOf(openDer(der, 'file'));
  } catch {
    return undefined;
  }
}

function kindOf(tree: DerNode): CredentialKind | undefined {
  if (tree.tag !== TAG.sequence) return undefined;
  const { children } = tree;
  const starts = (...tags: readonly number[]) => tags.every((tag, index) => children[index]?.tag === tag);
  const is = (...tags: readonly number[]) => children.length === tags.length && starts(...tags);
  const [first] = children;
  if (is(TAG.oid, 0xa0)) return 'certification declaration';
  if (is(TAG.sequence, TAG.bitString)) return 'public key';
  if (is(TAG.sequence, TAG.octetString)) return 'encrypted private key';
  if (is(TAG.sequence, TAG.sequence, TAG.bitString) && first !== undefined) return signedKind(first);
  const isKey =
    starts(TAG.integer, TAG.octetString) ||
    starts(TAG.integer, TAG.sequence, TAG.octetString) ||
    (children.length >= 9 && children.every(({ tag }) => tag === TAG.integer));
  return isKey ? 'private key' : undefined;
}

function signedKind(signed: DerNode): CredentialKind | undefined {
  const [first, second, third] = signed.children.map(({ tag }) => tag);
  const isRequest = first === TAG.integer && second === TAG.sequence && third === TAG.sequence;
  return isRequest && signed.children.length <= 4 ? 'certificate request' : 'certificate';
}

/** A value as PEM text with the given label. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`${BEGIN}${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
