/** The manual pairing code: Matter Core Specification, section 5.1.4. */
import { commissioningErrors } from '../errors/commissioning';
import { FactoryError } from '../errors/factory-error';
import { assertPasscode } from './passcode';
import { assertSetupPayload, CommissioningFlow, idFindings, type SetupPayload } from './setup-payload';
import { isVerhoeffValid, verhoeffDigit } from './verhoeff';

const SHORT_DIGITS = 11;
const LONG_DIGITS = 21;
/** The passcode's low bits are in digits 2 to 6, the others in digits 7 to 10. */
const PASSCODE_LOW_BITS = 14;
const PASSCODE_HIGH_MAX = 2 ** 13 - 1;

export interface ManualCodePayload {
  /** The upper four bits of the discriminator: a manual code does not have the others. */
  readonly shortDiscriminator: number;
  readonly passcode: number;
  /** Present in codes of 21 digits, with `productId`. */
  readonly vendorId?: number;
  readonly productId?: number;
}

/**
 * The digits of a payload's manual code: 11 in the standard flow, 21 (with vendor and product id) in others.
 * Errors: those of assertSetupPayload.
 */
export function encodeManualCode(payload: Omit<SetupPayload, 'discovery'>): string {
  const { vendorId, productId, flow, discriminator, passcode } = assertSetupPayload({
    ...payload,
    discovery: 0,
  });
  const long = flow !== CommissioningFlow.standard;
  const short = discriminator >> 8;
  const passcodeLow = passcode & (2 ** PASSCODE_LOW_BITS - 1);
  const digits = [
    decimal((long ? 4 : 0) | (short >> 2), 1),
    decimal(((short & 3) << PASSCODE_LOW_BITS) | passcodeLow, 5),
    decimal(passcode >> PASSCODE_LOW_BITS, 4),
    ...(long ? [decimal(vendorId, 5), decimal(productId, 5)] : []),
  ].join('');
  return digits + verhoeffDigit(digits);
}

/**
 * The payload of a manual code; the check digit is verified, and dashes are ignored, as the Matter SDK's parser does.
 * Errors: commissioning.manual-code-character, .manual-code-length, .manual-code-check-digit, .manual-code-version,
 * .manual-code-form, .manual-code-overflow, .vendor-id-out-of-range, .product-id-missing, .passcode-out-of-range,
 * .passcode-forbidden.
 */
export function decodeManualCode(text: string): ManualCodePayload {
  const stray = text.search(/[^0-9-]/);
  if (stray !== -1)
    throw commissioningErrors.error('commissioning.manual-code-character', { position: stray });
  const digits = text.replaceAll('-', '');
  if (digits.length !== SHORT_DIGITS && digits.length !== LONG_DIGITS) {
    throw commissioningErrors.error('commissioning.manual-code-length', { digits: digits.length });
  }
  if (!isVerhoeffValid(digits)) throw commissioningErrors.error('commissioning.manual-code-check-digit', {});

  const head = Number(digits[0]);
  if (head > 7) throw commissioningErrors.error('commissioning.manual-code-version', {});
  const long = head >= 4;
  if (long !== (digits.length === LONG_DIGITS)) {
    throw commissioningErrors.error('commissioning.manual-code-form', { digits: digits.length });
  }
  const low = part(digits, 2, 6, 0xffff);
  const high = part(digits, 7, 10, PASSCODE_HIGH_MAX);
  const ids = long
    ? { vendorId: part(digits, 11, 15, 0xffff), productId: part(digits, 16, 20, 0xffff) }
    : undefined;
  const findings = ids === undefined ? [] : idFindings(ids);
  if (findings.length > 0) throw new FactoryError(findings);
  return {
    shortDiscriminator: ((head & 3) << 2) | (low >> PASSCODE_LOW_BITS),
    passcode: assertPasscode((high << PASSCODE_LOW_BITS) | (low & (2 ** PASSCODE_LOW_BITS - 1))),
    ...ids,
  };
}

/** A manual code for printing: groups of 4-3-4 digits, then 4-3-2-1 in a long one, as esp-matter-mfg-tool prints it. */
export function formatManualCode(digits: string): string {
  return [
    [0, 4],
    [4, 7],
    [7, 11],
    [11, 15],
    [15, 18],
    [18, 20],
    [20, 21],
  ]
    .map(([start, end]) => digits.slice(start, end))
    .filter((group) => group !== '')
    .join('-');
}

function decimal(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The digits `first` to `last`, one-based, as a number of at most `limit`. */
function part(digits: string, first: number, last: number, limit: number): number {
  const value = Number(digits.slice(first - 1, last));
  if (value > limit) {
    throw commissioningErrors.error('commissioning.manual-code-overflow', { first, last, limit });
  }
  return value;
}
