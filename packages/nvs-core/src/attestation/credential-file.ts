/** Parses credential files, PEM (RFC 7468) or DER: the kinds of credentials in a file, and their values. */
import { attestationErrors } from '../errors/attestation';
import { type CredentialKind, type Identified, identify, identifyPem } from './credential-kind';
import { assertCredentialSize, TAG } from './der';

export type { CredentialKind };

/** One value of a file; `text` is its PEM block if it has one, and `der` is then a copy. */
export interface CredentialBlock extends Identified {
  readonly der: Uint8Array;
  readonly text?: string;
}

const BEGIN = '-----BEGIN ';
const LABEL = /-----BEGIN ([A-Z0-9 -]{1,64})-----/y;

/**
 * Every value of a file, in order, without the EC parameters that key files often start with, unless there is nothing else. The caller wipes
 * private keys (wipeKeys). Errors: attestation.file-empty, file-too-large, pem-malformed.
 */
export function parseCredentialBlocks(data: Uint8Array, expected: string): CredentialBlock[] {
  if (data.length === 0) throw attestationErrors.error('attestation.file-empty', { expected });
  assertCredentialSize(data);
  if (data[0] === TAG.sequence) return [{ ...identify(data), der: data }];
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
  if (!text.includes(BEGIN)) {
    if (text.trim() === '') throw attestationErrors.error('attestation.file-empty', { expected });
    return [{ ...identify(data), der: data }];
  }
  const blocks: CredentialBlock[] = [];
  try {
    for (const block of pemBlocks(text)) blocks.push(parsePemBlock(block));
    const others = blocks.filter(({ kind }) => kind !== 'elliptic curve parameters');
    return others.length === 0 ? blocks : others;
  } catch (error) {
    wipeKeys(blocks);
    throw error;
  }
}

/** Overwrites private keys that were decoded from PEM; a key from a DER file is the caller's own bytes. */
export function wipeKeys(blocks: readonly CredentialBlock[]): void {
  for (const { kind, der, text } of blocks) if (kind === 'private key' && text !== undefined) der.fill(0);
}

/** Kinds that have a private key, or may have one. */
const WITH_KEY: readonly CredentialKind[] = ['private key', 'encrypted private key', 'PKCS#12 file'];

/** Whether a file has a private key, encrypted or not. Errors: those of parseCredentialBlocks. */
export function containsPrivateKey(data: Uint8Array): boolean {
  const blocks = parseCredentialBlocks(data, 'credential');
  wipeKeys(blocks);
  return blocks.some(({ kind }) => kind !== undefined && WITH_KEY.includes(kind));
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

function parsePemBlock({ label, text }: PemBlock): CredentialBlock {
  if (text.includes('Proc-Type') && /^Proc-Type: *4, *ENCRYPTED/m.test(text))
    return { kind: 'encrypted private key', der: new Uint8Array(0), text };
  const lineEnd = text.indexOf('\n');
  const body = text.slice(lineEnd + 1, text.lastIndexOf('-----END')).replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body) || body.length % 4 !== 0)
    throw malformed('its body is not base64');
  if (text.slice(0, lineEnd).trimEnd() !== `${BEGIN}${label}-----`)
    throw malformed('its lines do not follow RFC 7468');
  // Decoded in place: another Buffer would leave the bytes of a key in Node's pool.
  const der = new Uint8Array(Buffer.byteLength(body, 'base64'));
  Buffer.from(der.buffer).write(body, 'base64');
  return { ...identifyPem(label, der), der, text };
}

/**
 * The one block of the expected kinds; the caller wipes it if it is a private key.
 * Errors: those of parseCredentialBlocks, attestation.wrong-kind, attestation.several, attestation.der-malformed.
 */
export function parseCredentialBlock(
  data: Uint8Array,
  ...expected: readonly CredentialKind[]
): CredentialBlock {
  const [name = ''] = expected;
  const blocks = parseCredentialBlocks(data, name);
  let found: CredentialBlock | undefined;
  try {
    found = oneOfKinds(blocks, expected, name);
    return found;
  } finally {
    wipeKeys(blocks.filter((block) => block !== found));
  }
}

function oneOfKinds(
  blocks: readonly CredentialBlock[],
  expected: readonly CredentialKind[],
  name: string,
): CredentialBlock {
  const fitting = blocks.filter(({ kind }) => kind !== undefined && expected.includes(kind));
  const [block] = fitting;
  if (block !== undefined) {
    if (fitting.length === 1) return block;
    throw attestationErrors.error('attestation.several', { count: fitting.length, kind: name });
  }
  const other = blocks.find(({ kind }) => kind !== undefined);
  if (other?.kind !== undefined) throw wrongKind(other, name);
  // Not recognised: the reader of the expected kind reports the error.
  return blocks[0] ?? { kind: undefined, der: new Uint8Array(0) };
}

/** The error for a value that is not what is expected: attestation.wrong-kind. */
export function wrongKind({ kind, name }: Identified, expected: string) {
  return attestationErrors.error('attestation.wrong-kind', {
    kind: name ?? kind ?? 'something else',
    expected,
  });
}

/** What a file is, in words: "RSA private key"; undefined if it is not known. */
export function nameCredential(data: Uint8Array): string | undefined {
  try {
    const blocks = parseCredentialBlocks(data, 'credential');
    wipeKeys(blocks);
    const known = blocks.find(({ kind }) => kind !== undefined);
    return known?.name ?? known?.kind;
  } catch {
    return undefined;
  }
}

/** Every certificate of a file, or its one value if that may still be read as one. Errors: those of parseCredentialBlock. */
export function certificateBlocks(data: Uint8Array): CredentialBlock[] {
  const blocks = parseCredentialBlocks(data, 'certificate');
  wipeKeys(blocks);
  const certificates = blocks.filter(({ kind }) => kind === 'certificate');
  return certificates.length === 0 ? [parseCredentialBlock(data, 'certificate')] : certificates;
}
