import { nvsCrc32 } from '../bytes/nvs-crc32';
import type { Finding } from '../errors/factory-error';
import { secureCertErrors } from '../errors/secure-cert';
import { isAvailable, isPeripheralKey, tlvFindings } from './checks';

import type { SecureCertCommissioning, SecureCertContents, SecureCertKey } from './contents';
import {
  BLANK,
  EFUSE_BLK_KEY0,
  FOOTER_LENGTH,
  HEADER_LENGTH,
  hmacProtection,
  MAGIC,
  MatterSubtype,
  SECURE_CERT_SIZE,
  SECURE_CERT_SIZE_LIMIT,
  type SecureCertTlv,
  TlvType,
  tlvLength,
  tlvName,
} from './layout';
import { legacyFormat } from './legacy';
import { isForMatter, otherDeviceFindings } from './other-device';

const { finding } = secureCertErrors;

/** The entries of an image in their order, and all findings about them. */
export interface DecodedSecureCert {
  readonly tlvs: readonly SecureCertTlv[];
  readonly findings: readonly Finding[];
}

export interface SecureCertDecodeOptions {
  /** Size of the partition in bytes. Default 0x2000. */
  readonly size?: number;
  /** A SHA-256 function; without it, integrity entries are not checked. */
  readonly sha256?: (data: Uint8Array) => Uint8Array;
}

const BLANK_WORD = 0xffffffff;

/**
 * Decodes an esp_secure_cert image as far as the device would, at most 60 KiB; `data` of the entries are views into
 * `image`. Never throws for the contents: their problems are findings, each with its byte offset.
 * Source: esp_secure_cert_mgr, srcs/esp_secure_cert_tlv_read.c.
 */
export function decodeSecureCert(
  image: Uint8Array,
  options: SecureCertDecodeOptions = {},
): DecodedSecureCert {
  const { size = SECURE_CERT_SIZE, sha256 } = options;
  const legacy = legacyFormat(image);
  if (legacy !== undefined) {
    const params = { format: legacy };
    return { tlvs: [], findings: [finding('secure-cert.legacy-format', params, { offset: 0 })] };
  }
  const findings: Finding[] = [];
  if (image.length > size) {
    findings.push(finding('secure-cert.too-large', { length: image.length, size }));
  }
  const readable = image.subarray(0, SECURE_CERT_SIZE_LIMIT);
  const { tlvs, end } = decodeTlvs(readable, findings);
  if (end !== undefined) findings.push(...tailFindings(readable, end, tlvs.length === 0));
  if (tlvs.length > 0) {
    const located = tlvs.map((tlv) => ({ ...tlv, where: { offset: tlv.offset } }));
    findings.push(...(isForMatter(located) ? tlvFindings(located) : otherDeviceFindings(located)));
  }
  if (sha256 !== undefined) findings.push(...integrityFindings(image, tlvs, sha256));
  return { tlvs, findings };
}

/** The entries and the offset of their end, which is undefined if the image ends inside the last one. */
function decodeTlvs(
  image: Uint8Array,
  findings: Finding[],
): { tlvs: SecureCertTlv[]; end: number | undefined } {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const tlvs: SecureCertTlv[] = [];
  let offset = 0;
  while (offset + 4 <= image.length && view.getUint32(offset, true) === MAGIC) {
    const left = image.length - offset;
    const length = left < HEADER_LENGTH ? 0 : view.getUint16(offset + 10, true);
    const [type, subtype] = left < HEADER_LENGTH ? [-1, 0] : [image[offset + 8] ?? 0, image[offset + 9] ?? 0];
    const needed = tlvLength(length);
    const entry = type < 0 ? 'entry' : tlvName(type, subtype);
    if (needed > left) {
      const params = { entry, needed, left };
      findings.push(finding('secure-cert.entry-truncated', params, { offset }));
      return { tlvs, end: undefined };
    }
    const bytes = image.subarray(offset, offset + needed);
    const stored = view.getUint32(offset + needed - FOOTER_LENGTH, true);
    const computed = nvsCrc32(bytes.subarray(0, needed - FOOTER_LENGTH));
    const intact = stored === computed;
    if (!intact) {
      const params = { entry, stored, computed };
      findings.push(finding('secure-cert.crc-mismatch', params, { offset }));
    }
    findings.push(...fillerFindings(bytes, length, entry, offset));
    const data = bytes.subarray(HEADER_LENGTH, HEADER_LENGTH + length);
    tlvs.push({ type, subtype, flags: bytes[4] ?? 0, offset, length, data, intact });
    offset += needed;
  }
  return { tlvs, end: offset };
}

function fillerFindings(bytes: Uint8Array, length: number, entry: string, offset: number): Finding[] {
  const parts = [
    ['reserved bytes', bytes.subarray(5, 8)],
    ['bytes after the data', bytes.subarray(HEADER_LENGTH + length, bytes.length - FOOTER_LENGTH)],
  ] as const;
  return (
    parts
      // Older tools left them erased.
      .filter(([, filler]) => !isFilledWith(filler, 0) && !isFilledWith(filler, BLANK))
      .map(([part]) => finding('secure-cert.filler-not-zero', { entry, part }, { offset }, 'warning'))
  );
}

function isFilledWith(bytes: Uint8Array, value: number): boolean {
  return bytes.every((byte) => byte === value);
}

/** Checks the bytes after the last entry, which must be blank. */
function tailFindings(image: Uint8Array, end: number, isFirst: boolean): Finding[] {
  const at = image.subarray(end).findIndex((byte) => byte !== BLANK);
  if (at < 0) return isFirst ? [finding('secure-cert.empty', {})] : [];
  const offset = end + at;
  const word = image.length - end < 4 ? BLANK_WORD : wordAt(image, end);
  const findings =
    word === BLANK_WORD
      ? [finding('secure-cert.tail-not-blank', { byte: image[offset] ?? 0 }, { offset }, 'warning')]
      : [finding('secure-cert.magic-wrong', { found: word }, { offset: end })];
  return isFirst && word === BLANK_WORD ? [finding('secure-cert.empty', {}), ...findings] : findings;
}

function wordAt(image: Uint8Array, offset: number): number {
  return new DataView(image.buffer, image.byteOffset + offset, 4).getUint32(0, true);
}

function integrityFindings(
  image: Uint8Array,
  tlvs: readonly SecureCertTlv[],
  sha256: (data: Uint8Array) => Uint8Array,
): Finding[] {
  return tlvs
    .filter((tlv) => tlv.type === TlvType.INTEGRITY && tlv.intact)
    .filter((tlv) => {
      const digest = sha256(image.subarray(0, tlv.offset));
      return tlv.length !== digest.length || !digest.every((byte, index) => byte === tlv.data[index]);
    })
    .map((tlv) => finding('secure-cert.integrity-mismatch', {}, { offset: tlv.offset }));
}

/**
 * The contents of entries as the device reads them: the first of a type if it is intact and plain. Incomplete or
 * unreadable parts are left out; decodeSecureCert reports them.
 */
export function secureCertContents(tlvs: readonly SecureCertTlv[]): SecureCertContents {
  const find = (type: number, subtype: number) => {
    const tlv = tlvs.find((candidate) => candidate.type === type && candidate.subtype === subtype);
    return tlv?.intact && hmacProtection(tlv.flags) === undefined ? tlv : undefined;
  };
  const first = find(TlvType.MATTER_1, MatterSubtype.RANDOM_1)?.data;
  const second = find(TlvType.MATTER_1, MatterSubtype.RANDOM_2)?.data;
  const custom = tlvs.filter(
    ({ type, subtype }, index) =>
      isAvailable(type, subtype) &&
      find(type, subtype) !== undefined &&
      tlvs.findIndex((other) => other.type === type && other.subtype === subtype) === index,
  );
  return {
    dac: find(TlvType.DEV_CERT, 0)?.data,
    pai: find(TlvType.CA_CERT, 0)?.data,
    privateKey: keyOf(find(TlvType.PRIV_KEY, 0), find(TlvType.SEC_CFG, 0)),
    commissioning: commissioningOf((subtype) => find(TlvType.MATTER_1, subtype)?.data),
    ...(first && second && { random: [first, second] as const }),
    ...(custom.length > 0 && { custom: custom.map(({ type, subtype, data }) => ({ type, subtype, data })) }),
  };
}

function keyOf(key: SecureCertTlv | undefined, secCfg: SecureCertTlv | undefined): SecureCertKey | undefined {
  if (key === undefined) return undefined;
  if (!isPeripheralKey(key)) return { form: 'sec1', der: key.data };
  const block = secCfg?.data[0];
  return block === undefined ? undefined : { form: 'ecdsa-peripheral', keyBlock: block - EFUSE_BLK_KEY0 };
}

function commissioningOf(
  data: (subtype: number) => Uint8Array | undefined,
): SecureCertCommissioning | undefined {
  const discriminator = data(MatterSubtype.DISCRIMINATOR);
  const verifier = data(MatterSubtype.VERIFIER);
  const salt = data(MatterSubtype.SALT);
  const iterations = data(MatterSubtype.ITERATIONS);
  const rotatingDeviceIdUniqueId = data(MatterSubtype.RD_ID_UID);
  if (
    !verifier ||
    !salt ||
    !rotatingDeviceIdUniqueId ||
    discriminator?.length !== 2 ||
    iterations?.length !== 4
  )
    return undefined;
  const number = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return {
    discriminator: number(discriminator),
    verifier,
    salt,
    iterations: number(iterations),
    rotatingDeviceIdUniqueId,
  };
}
