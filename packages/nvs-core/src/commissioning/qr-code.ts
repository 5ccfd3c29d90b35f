/** The text of the onboarding QR code: Matter Core Specification, section 5.1.3. */
import { commissioningErrors } from '../errors/commissioning';
import { decodeBase38, encodeBase38 } from './base38';
import { decodeQrCodeData, encodeQrCodeData, type QrCodeData } from './qr-code-data';
import { assertSetupPayload, type SetupPayload } from './setup-payload';

const PREFIX = 'MT:';
/** Between the payloads of several devices. */
const DELIMITER = '*';
const FIXED_LENGTH = 11;
const VERSION = 0;
/** Characters of one payload, and of a whole code: what a QR code can hold (section 5.1.3.2). */
const PAYLOAD_MAX = 255;
const CODE_MAX = 4296;

/** Fields of the fixed part with their widths in bits, least significant bit first (table 38). */
const FIELDS = [
  ['version', 3],
  ['vendorId', 16],
  ['productId', 16],
  ['flow', 2],
  ['discovery', 8],
  ['discriminator', 12],
  ['passcode', 27],
  ['padding', 4],
] as const;

type Field = (typeof FIELDS)[number][0];

/** The fixed part of a QR code, and its optional data. */
export interface QrCodePayload extends SetupPayload, QrCodeData {}

/**
 * The QR code of one device: "MT:" and the Base38 of its payload.
 * Errors: those of assertSetupPayload and encodeQrCodeData, commissioning.qr-code-too-long.
 */
export function encodeQrCode(payload: QrCodePayload): string {
  return PREFIX + encodePayload(payload);
}

/** One QR code of several devices, in their order. Errors: those of encodeQrCode, commissioning.qr-code-count. */
export function encodeQrCodes(payloads: readonly QrCodePayload[]): string {
  if (payloads.length === 0) {
    throw commissioningErrors.error('commissioning.qr-code-count', { count: 0, expected: 'one or more' });
  }
  return assertLength(PREFIX + payloads.map(encodePayload).join(DELIMITER), CODE_MAX);
}

function encodePayload(payload: QrCodePayload): string {
  const values: Record<Field, number> = { ...assertSetupPayload(payload), version: VERSION, padding: 0 };
  let bits = 0n;
  let shift = 0n;
  for (const [field, width] of FIELDS) {
    bits |= BigInt(values[field]) << shift;
    shift += BigInt(width);
  }
  const fixed = Array.from({ length: FIXED_LENGTH }, (_, index) =>
    Number((bits >> BigInt(8 * index)) & 0xffn),
  );
  return assertLength(encodeBase38(Uint8Array.from([...fixed, ...encodeQrCodeData(payload)])), PAYLOAD_MAX);
}

function assertLength(text: string, limit: number): string {
  const { length } = text;
  if (length > limit) throw commissioningErrors.error('commissioning.qr-code-too-long', { length, limit });
  return text;
}

/**
 * The payload of the QR code of one device, every field checked, nothing left over.
 * Errors: commissioning.qr-code-prefix, .qr-code-count, .qr-code-length, .qr-code-version, .qr-code-padding,
 * .base38-character, .base38-length, .base38-overflow, and those of assertSetupPayload and decodeQrCodeData.
 */
export function decodeQrCode(text: string): QrCodePayload {
  const [first, ...others] = segmentsOf(text);
  if (first === undefined || others.length > 0) {
    const count = others.length + 1;
    throw commissioningErrors.error('commissioning.qr-code-count', { count, expected: 'one' });
  }
  return decodePayload(text, first);
}

/** The payloads of a QR code of one or more devices, in its order. Errors: those of decodeQrCode. */
export function decodeQrCodes(text: string): QrCodePayload[] {
  return segmentsOf(text).map((segment) => decodePayload(text, segment));
}

/** Where the payloads are in a code. */
interface Segment {
  readonly start: number;
  readonly end: number;
}

function segmentsOf(text: string): Segment[] {
  if (!text.startsWith(PREFIX)) throw commissioningErrors.error('commissioning.qr-code-prefix', {});
  let start = PREFIX.length;
  return text
    .slice(start)
    .split(DELIMITER)
    .map(({ length }) => {
      const segment = { start, end: start + length };
      start = segment.end + DELIMITER.length;
      return segment;
    });
}

function decodePayload(text: string, { start, end }: Segment): QrCodePayload {
  const data = decodeBase38(text.slice(0, end), start);
  if (data.length < FIXED_LENGTH) {
    throw commissioningErrors.error('commissioning.qr-code-length', { length: data.length });
  }
  let bits = data.subarray(0, FIXED_LENGTH).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const take = (width: number) => {
    const value = BigInt.asUintN(width, bits);
    bits >>= BigInt(width);
    return Number(value);
  };
  const values = Object.fromEntries(FIELDS.map(([field, width]) => [field, take(width)])) as Record<
    Field,
    number
  >;
  const { version, padding, ...payload } = values;
  if (version !== VERSION) throw commissioningErrors.error('commissioning.qr-code-version', { version });
  if (padding !== 0) throw commissioningErrors.error('commissioning.qr-code-padding', { padding });
  const tlv = data.subarray(FIXED_LENGTH);
  return { ...assertSetupPayload(payload), ...(tlv.length === 0 ? {} : decodeQrCodeData(tlv)) };
}
