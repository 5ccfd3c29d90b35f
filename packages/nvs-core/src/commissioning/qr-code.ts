/** The text of the onboarding QR code: Matter Core Specification, section 5.1.3. */
import { commissioningErrors } from '../errors/commissioning';
import { decodeBase38, encodeBase38 } from './base38';
import { assertSetupPayload, type SetupPayload } from './setup-payload';

const PREFIX = 'MT:';
const FIXED_LENGTH = 11;
const VERSION = 0;

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

export interface QrCodePayload extends SetupPayload {
  /** The optional TLV data after the fixed part, not interpreted; empty in most codes. */
  readonly tail: Uint8Array;
}

/**
 * "MT:" and the Base38 of a payload, followed by optional TLV data (`tail`), which is not checked.
 * Errors: those of assertSetupPayload.
 */
export function encodeQrCode(payload: SetupPayload & { readonly tail?: Uint8Array | undefined }): string {
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
  return PREFIX + encodeBase38(Uint8Array.from([...fixed, ...(payload.tail ?? [])]));
}

/**
 * The payload of a QR code's text, every field checked.
 * Errors: commissioning.qr-code-prefix, .qr-code-length, .qr-code-version, .qr-code-padding, .base38-character,
 * .base38-length, .base38-overflow, and those of assertSetupPayload.
 */
export function decodeQrCode(text: string): QrCodePayload {
  if (!text.startsWith(PREFIX)) throw commissioningErrors.error('commissioning.qr-code-prefix', {});
  const data = decodeBase38(text, PREFIX.length);
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
  return { ...assertSetupPayload(payload), tail: data.slice(FIXED_LENGTH) };
}
